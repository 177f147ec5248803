/** Goes to a page of the app in this session, as Forward does: Streamlit runs the page that the address names. */
export function goTo(address: string): void {
  history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
