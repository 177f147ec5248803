"use strict";(()=>{function s(t,n={},...e){let o=document.createElement(t);for(let[a,i]of Object.entries(n))typeof i=="function"?o.addEventListener(a,i):typeof i=="string"?o.setAttribute(a,i):o.toggleAttribute(a,i);return o.append(...e),o}var r="playground-theme",c=`stActiveTheme-${location.pathname}-v2`,u="[data-testid^=stMainMenuItem-theme-]";function d(){try{let t=localStorage.getItem(r);t!==null&&localStorage.setItem(c,t)}catch{return}document.addEventListener("click",({target:t})=>{let e=(t instanceof Element?t.closest(u):null)?.getAttribute("data-testid")?.split("-").at(-1);e!==void 0&&localStorage.setItem(r,JSON.stringify(e))},{capture:!0})}var l={stMainMenuButton:"Theme and more",stExpandSidebarButton:"Menu"},m=`
.pg-skip { position: fixed; top: -5rem; left: 0.5rem; z-index: 1000070; padding: 0.5rem 0.8rem; border-radius: 0.5rem;
  background: #0a6464; color: #fff; font-family: inherit; }
.pg-skip:focus { top: 0.5rem; outline: 2px solid #fff; outline-offset: -4px; }
.st-key-hidden_page_title { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-testid=stToolbar]::before { content: "LLM playground"; flex: none; padding: 0 0.8rem; font-weight: 600; white-space: nowrap; }
[data-testid=stToolbar] > * { width: auto; min-width: 0; }
[data-testid=stToolbar] > :first-child { flex: 1; }
[data-testid=stToolbar] > :last-child:not(:first-child) { flex: none; }
[data-testid=stMainMenuButton] > * { display: none; }
[data-testid=stMainMenuButton]::after { content: "Theme"; }
[data-testid=stMainMenuButton], [data-testid=stExpandSidebarButton] { width: auto; padding: 0 0.5rem; font-size: 0.9rem; gap: 0.3rem; }
@media (max-width: 768px) { [data-testid=stExpandSidebarButton]::after { content: "Menu"; } }
:is(a, button, summary, [role=button], [role=tab], [role=menuitem], [role=menuitemradio]):focus-visible {
  outline: 2px solid var(--st-primary-color, #1b8a85); outline-offset: 1px; }
`;d();document.head.append(s("style",{},m));document.addEventListener("DOMContentLoaded",()=>{document.body.prepend(p()),f()});function p(){let t=()=>document.querySelector(".st-key-composer textarea:enabled"),n=s("a",{class:"pg-skip",href:"#composer",hidden:""},"Skip to the message box");return n.addEventListener("click",e=>{e.preventDefault(),t()?.focus()}),document.addEventListener("keydown",({key:e})=>{e==="Tab"&&(n.hidden=t()===null)}),n}function f(){let t=()=>{for(let[e,o]of Object.entries(l))document.querySelector(`[data-testid=${e}]`)?.setAttribute("aria-label",o)},n=new MutationObserver(()=>{let e=document.querySelector("[data-testid=stHeader]");e!==null&&(n.disconnect(),new MutationObserver(t).observe(e,{childList:!0,subtree:!0}),t())});n.observe(document.body,{childList:!0,subtree:!0})}})();
