/** A number with its thousands separated. */
export function figure(number: number): string {
  return number.toLocaleString("en-US");
}

/** A count of things: "1 word", "2,000 words". */
export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? "" : "s"}`;
}
