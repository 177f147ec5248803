// The sign over an answer that is played. It stays in view as long as the answer is, and nothing takes it away.

/** "Recorded on Nov 29, 2026, 4:51 PM from Llama 3.3", in the reader's time; a hidden model is not named. */
export function signOf(at: string, model: string): string {
  const time = new Date(at);
  const day = Number.isNaN(time.getTime())
    ? "an unknown day"
    : time.toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
  return `Recorded on ${day} from ${model === "" ? "a model whose name is hidden" : model}`;
}
