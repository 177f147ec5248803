import type { Token } from "markdown-it";
import type { BlockContext, ItemMeta } from "./blocks";

/** A block and what is in it; one element on the page. */
export interface Block {
  type: string;
  token: Token;
  /** The first line and the one after the last, of the text that was read. */
  start: number;
  end: number;
  children: Block[];
}

/** The tree of markdown-it's tokens, without the definitions of links. */
export function treeOf(tokens: readonly Token[]): Block[] {
  const root: Block[] = [];
  const parents = [root];
  for (const token of tokens) {
    if (token.type === "reference_definition" || contextOf(token).merged === true) continue;
    if (token.nesting < 0) {
      parents.pop();
      continue;
    }
    const [start, end] = token.map ?? [0, 0];
    const block = { type: token.type.replace(/_open$/, ""), token, start, end, children: [] };
    parents.at(-1)?.push(block);
    if (token.nesting > 0) parents.push(block.children);
  }
  return root;
}

export const contextOf = (token: Token): BlockContext => (token.meta ?? {}) as BlockContext;

/** Whether a list with these items is loose: an empty line stands between two of them, or between blocks of one. */
export function isLoose(items: readonly Block[]): boolean {
  return items.some((item, at) => !itemOf(item).tight || (itemOf(item).endsEmpty && at < items.length - 1));
}

/** An item without a block is nothing but its marker, with an empty line after it. */
export const itemOf = (item: Block): ItemMeta =>
  item.token.meta === null || (item.token.meta as Partial<ItemMeta>).indent === undefined
    ? { tight: true, endsEmpty: true, indent: 0 }
    : (item.token.meta as unknown as ItemMeta);
