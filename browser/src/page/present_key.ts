// The key that presents what is on the page. Streamlit's shortcuts do nothing while a message is written.

const KEY = "F8";

/** Has the key press the page's button *Present*, where it has one. */
export function keepPresentKey(): void {
  document.addEventListener("keydown", (event) => {
    const button = document.querySelector<HTMLButtonElement>(".st-key-present button:enabled");
    if (event.key !== KEY || event.ctrlKey || event.altKey || event.metaKey || button === null) return;
    event.preventDefault();
    button.click();
  });
}
