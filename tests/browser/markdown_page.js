// What a page that draws Markdown is asked by its tests.
async () => {
  const { growing } = await import("/main.js");
  const TAGS = "p h2 h3 h4 h5 h6 ul ol li blockquote hr div span table thead tbody tr th td pre code a em strong s br img button input";
  const ATTRIBUTES = "class dir tabindex href target rel title src alt start data-tex type disabled checked aria-label";
  let shown = null;

  /** A copy without what only a page has: buttons, groups of blocks and lines, colours, typeset formulas. */
  function plain(element) {
    const copy = element.cloneNode(true);
    for (const buttons of copy.querySelectorAll(".pg-code-buttons")) buttons.remove();
    for (const span of copy.querySelectorAll("pre > code span:not(.pg-direction-sign)")) span.replaceWith(...span.childNodes);
    for (const formula of copy.querySelectorAll(".pg-math")) formula.textContent = formula.getAttribute("data-tex");
    for (const group of copy.querySelectorAll(".pg-blocks")) group.replaceWith(...group.childNodes);
    copy.normalize();
    return copy;
  }

  function faultsIn(element) {
    const faults = [];
    for (const one of element.querySelectorAll("*")) {
      if (one.closest(".pg-math > *")) continue;
      if (!TAGS.split(" ").includes(one.localName)) faults.push(one.localName);
      for (const { name, value } of one.attributes) {
        if (!ATTRIBUTES.split(" ").includes(name)) faults.push(`${one.localName} ${name}`);
        if (name === "href" && !/^(https?|mailto):/i.test(value)) faults.push(value);
        if (name === "src" && !/^data:image\/(png|jpeg|gif|webp);/i.test(value)) faults.push(value);
      }
    }
    for (const one of element.querySelectorAll("script, iframe, object, foreignObject, animate, use, [onerror], [onload]"))
      faults.push(one.localName);
    return faults;
  }

  window.drawText = async (pieces) => {
    const began = performance.now();
    const words = growing();
    document.body.replaceChildren(words.element);
    for (const piece of pieces) words.add(piece);
    words.end();
    await words.drawn();
    document.body.offsetHeight;
    const ms = performance.now() - began;
    shown = words.element;
    const whole = growing();
    whole.set(pieces.join(""));
    whole.end();
    await whole.drawn();
    return { faults: faultsIn(shown), same: plain(shown).isEqualNode(plain(whole.element)), html: plain(shown).innerHTML, ms };
  };

  window.looksLike = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const copy = plain(shown);
    copy.replaceChildren(holder.content);
    copy.normalize();
    return copy.isEqualNode(plain(shown));
  };
};
