/** The first characters of a text, as Python counts them: no character is cut in two. */
export const cut = (text: string, count: number): string =>
  Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join("");
