/** Changes what stands for the same text in an element, and selects the same characters again. */
export function keepSelection(element: Element, change: () => void): void {
  const selection = element.ownerDocument.getSelection();
  const ends = selection === null || selection.rangeCount === 0 ? [] : [selection.anchorNode, selection.focusNode];
  const [anchor, focus] = ends.map((node, at) =>
    node === null || !element.contains(node)
      ? null
      : offsetIn(element, node, (at === 0 ? selection?.anchorOffset : selection?.focusOffset) ?? 0),
  );
  const before = {
    anchor: selection?.anchorNode,
    anchorAt: selection?.anchorOffset,
    focus: selection?.focusNode,
    focusAt: selection?.focusOffset,
  };
  change();
  if (selection === null || (typeof anchor !== "number" && typeof focus !== "number")) return;
  const from = typeof anchor === "number" ? placeIn(element, anchor) : [before.anchor, before.anchorAt];
  const to = typeof focus === "number" ? placeIn(element, focus) : [before.focus, before.focusAt];
  if (from[0] && to[0]) selection.setBaseAndExtent(from[0] as Node, from[1] as number, to[0] as Node, to[1] as number);
}

function offsetIn(element: Element, node: Node, offset: number): number {
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

function placeIn(element: Element, offset: number): [Node, number] {
  const texts = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = texts.nextNode() as Text | null; node !== null; node = texts.nextNode() as Text | null) {
    if (left <= node.data.length) return [node, left];
    left -= node.data.length;
  }
  return [element, element.childNodes.length];
}
