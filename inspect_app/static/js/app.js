/* Improvements only: every page works without this file. Each behaviour hangs on a data- attribute, each text it shows
   comes from the page. Whatever is sent is a plain post; sending.js adds how files and long forms get to the server. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  var body = document.body, state = { leaving: false, touched: false };
  function on(event, selector, act) {
    document.addEventListener(event, function (e) {
      var found = e.target.closest ? e.target.closest(selector) : null;
      if (found) { act(found, e); }
    });
  }

  function make(tag, classes, text) {
    var element = document.createElement(tag);
    element.className = classes;
    element.textContent = text;
    return element;
  }

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  /* What is on the page and the address stay one, Back included. */
  var shown = location.pathname + location.search;
  function moveTo(address) {
    history.pushState(null, "", address);
    shown = location.pathname + location.search;
  }
  window.addEventListener("popstate", function () {
    if (location.pathname + location.search !== shown) { location.reload(); }
  });

  /* data-focus: the summary of errors takes the focus when the page opens. */
  all("[data-focus]").forEach(function (summary) { summary.focus(); });

  /* data-once: a form is sent once; its button says so. Coming back to the page unlocks it. */
  function lock(form, button) {
    form.dataset.sent = "yes";
    all("button:not([type=button])", form).forEach(function (each) { each.setAttribute("aria-disabled", "true"); });
    if (!button) { button = form.querySelector(".btn-primary:not([type=button]), button:not([type=button])"); }
    if (!button || button.classList.contains("menu-item")) { return; }
    var words = button.querySelector("span") || button;
    button.dataset.words = words.textContent;
    words.textContent = body.dataset.busy;
  }

  function unlock(form) {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach(function (each) { each.removeAttribute("aria-disabled"); });
    all("[data-words]", form).forEach(function (each) {
      (each.querySelector("span") || each).textContent = each.dataset.words;
      delete each.dataset.words;
    });
  }

  document.addEventListener("submit", function (e) {
    var form = e.target;
    if (!form.hasAttribute("data-once") || e.defaultPrevented) { return; }
    if (form.dataset.sent) { e.preventDefault(); return; }
    state.leaving = true;
    if (window.book.takesOver(form)) {
      e.preventDefault();
      window.book.send(form, e.submitter);
    }
    lock(form, e.submitter);
  });

  window.addEventListener("pageshow", function (e) {
    state.leaving = false;
    if (e.persisted) { all("form[data-sent]").forEach(unlock); }
  });

  on("dragover", ".drop", function (drop) { drop.classList.add("over"); });
  on("dragleave", ".drop", function (drop) { drop.classList.remove("over"); });
  on("drop", ".drop", function (drop) { drop.classList.remove("over"); });

  function tell(form, text) {
    var note = form.querySelector(".note-late[role=alert]") || make("div", "note note-late mb-3", "");
    note.setAttribute("role", "alert");
    note.textContent = text;
    form.insertBefore(note, form.firstChild);
  }

  /* data-unsaved: ask before leaving while something typed was not sent. */
  on("input", "form[data-unsaved]", function () { state.touched = true; });
  window.addEventListener("beforeunload", function (e) {
    if (state.touched && !state.leaving) { e.preventDefault(); e.returnValue = body.dataset.unsaved; }
  });

  /* data-filter: the list changes in place, the address keeps up; data-filter names what is swapped. */
  var waiting = 0, running = null;

  function filter(form) {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (value !== "") { query.append(name, value); } });
    show(form.action.split("?")[0] + (String(query) ? "?" + query : ""), form.dataset.filter);
  }

  function show(address, id) {
    if (running) { running.abort(); }
    running = new AbortController();
    var place = document.getElementById(id);
    place.setAttribute("aria-busy", "true");
    fetch(address, { headers: { "X-Partial": "1" }, credentials: "same-origin", signal: running.signal })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(function (text) {
        var answer = new DOMParser().parseFromString(text, "text/html");
        var found = answer.getElementById(id);
        if (!found) { throw new Error("nothing to show"); }
        place.replaceWith(found);
        swapChips(answer, '[data-filter="' + id + '"] .chips');
        moveTo(address);
        tellCount(found);
      })
      .catch(function (reason) { if (reason.name !== "AbortError") { location.assign(address); } });
  }

  /* Where the answer brings the chips too, they say what is chosen now; the focus stays on the same one. */
  function swapChips(answer, selector) {
    var before = document.querySelector(selector), after = answer.querySelector(selector);
    if (!before || !after) { return; }
    var at = all(".chip", before).findIndex(function (chip) { return chip.contains(document.activeElement); });
    before.replaceWith(after);
    if (at >= 0 && after.children[at]) { after.children[at].querySelector("summary").focus(); }
  }

  function tellCount(place) {
    var status = place.querySelector("[role=status]");
    if (!status) { return; }
    var words = status.textContent;
    status.textContent = "";
    setTimeout(function () { status.textContent = words; }, 50);
  }

  on("submit", "form[data-filter]", function (form, e) {
    e.preventDefault();
    all("details[open]", form).forEach(function (chip) {
      chip.open = false;
      chip.querySelector("summary").focus();
    });
    filter(form);
  });
  on("input", "form[data-filter] input[type=search]", function (input, e) {
    if (e.isComposing) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(function () { filter(input.form); }, 400);
  });

  /* data-menu: one menu open at a time; Esc and a click elsewhere close it, Esc gives the focus back. */
  function closeMenus(except) {
    all("details[data-menu][open]").forEach(function (menu) { if (menu !== except) { menu.open = false; } });
  }

  document.addEventListener("click", function (e) { closeMenus(e.target.closest("details[data-menu]")); });
  document.addEventListener("keydown", function (e) {
    if (e.key === "Escape") {
      var menu = e.target.closest && e.target.closest("details[data-menu][open]");
      closeMenus(null);
      if (menu) { menu.querySelector("summary").focus(); }
    }
    if (e.key.toLowerCase() === "k" && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey) {
      var search = document.querySelector("[data-hotkey-search]");
      if (search && search.offsetParent) { e.preventDefault(); search.select(); }
    }
  });

  /* data-dialog: a link to a page of confirmation opens the same words here. */
  on("click", "[data-dialog]", function (link, e) {
    var dialog = document.getElementById(link.dataset.dialog);
    if (dialog && dialog.showModal) { e.preventDefault(); dialog.showModal(); }
  });
  on("click", "dialog [data-close]", function (button) { button.closest("dialog").close(); });

  /* data-reveal: show and hide what is typed into a password field. */
  on("click", "[data-reveal]", function (button) {
    var input = document.getElementById(button.dataset.reveal);
    var words = button.querySelector("span");
    var next = button.dataset.shown;
    var hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
    button.dataset.shown = words.textContent;
    words.textContent = next;
  });

  /* data-copy: the text of another element, with its lines where it has the class, or the address of a link goes to the
     clipboard; data-copied says that it did. */
  on("click", "[data-copy]", function (button) {
    var source = document.getElementById(button.dataset.copy);
    var text = source.href || source.textContent.replace(source.classList.contains("lines") ? /[ \t]+/g : /\s+/g, " ").trim();
    var words = button.querySelector("span");
    function done() {
      var before = words.textContent;
      words.textContent = button.dataset.copied;
      setTimeout(function () { words.textContent = before; }, 2500);
    }
    if (!navigator.clipboard) { copyOld(text, done); return; }
    navigator.clipboard.writeText(text).then(done, function () { copyOld(text, done); });
  });

  function copyOld(text, done) {
    var area = body.appendChild(make("textarea", "", text));
    area.select();
    if (document.execCommand("copy")) { done(); }
    area.remove();
  }

  /* data-again="2" with an id: shown anew every two seconds, until what comes back no longer asks for it. */
  function lookAgain(place) {
    setTimeout(function () {
      fetch(location.href, { credentials: "same-origin" })
        .then(function (answer) { if (!answer.ok || answer.redirected) { throw new Error(); } return answer.text(); })
        .then(function (text) {
          var found = new DOMParser().parseFromString(text, "text/html").getElementById(place.id);
          place.replaceWith(found);
          if (found.dataset.again) { lookAgain(found); }
        })
        .catch(function () { lookAgain(place); });
    }, 1000 * place.dataset.again);
  }
  all("[data-again][id]").forEach(lookAgain);

  /* data-print: print this page. */
  on("click", "[data-print]", function (button, e) { e.preventDefault(); window.print(); });

  /* data-add: another block from a <template>; "__n__" in it becomes the next number, "__of__" what the button has in
     data-of. Several lists that share a template count together from its data-next. data-drop takes a block out. */
  on("click", "[data-add]", function (button, e) {
    var list = document.getElementById(button.dataset.add);
    var template = document.getElementById(button.dataset.template);
    var count = (template.dataset.next ? template : list).dataset;
    var n = Number(count.next || list.children.length);
    e.preventDefault();
    count.next = n + 1;
    list.insertAdjacentHTML("beforeend", template.innerHTML.replace(/__n__/g, n).replace(/__of__/g, button.dataset.of));
    var first = list.lastElementChild.querySelector("textarea, input:not([type=hidden]), select");
    if (first) { first.focus(); }
  });
  on("click", "[data-drop]", function (button, e) {
    var block = button.closest(button.dataset.drop);
    var list = block.parentElement;
    e.preventDefault();
    var form = block.closest("form");
    block.remove();
    if (form) { form.dispatchEvent(new Event("input", { bubbles: true })); }
    (list.querySelector("textarea") || document.querySelector("[data-add]") || list).focus();
  });

  /* data-unfold="template-id": what an item leaves out until it is wanted, by its button or because it is not met. In the
     template "__i__" becomes the button's value; its parts take the place of the item's, and begin with what stands
     there under data-says. */
  function unfold(item, asked) {
    var button = item.querySelector("[data-unfold]"), whole = make("div", "", ""), open;
    if (!button) { return; }
    open = asked || item.querySelector(".rest [data-says]") !== null;
    whole.innerHTML = document.getElementById(button.dataset.unfold).innerHTML.replace(/__i__/g, button.value);
    all("[data-says]", item).forEach(function (said) {
      var key = said.dataset.says, place = whole.querySelector('[data-says="' + key + '"], [name$="-' + key + '"]');
      place["value" in place ? "value" : "textContent"] = said.textContent;
    });
    [".if-write", ".rest"].forEach(function (part) { item.querySelector(part).replaceWith(whole.querySelector(part)); });
    item.querySelector(".more-t").checked = open;
  }

  function unfoldUnmet(item) {
    if (item.querySelector(".on-hc :checked") && item.querySelector(".write:checked")) { unfold(item, false); }
  }

  on("click", "[data-unfold]", function (button, e) {
    var item = button.closest(".chk");
    e.preventDefault();
    unfold(item, true);
    item.querySelector(".more-t").focus();
  });
  on("change", ".chk", unfoldUnmet);
  window.addEventListener("pageshow", function () { all(".chk").forEach(unfoldUnmet); });

  /* The input for files of this name, its item unfolded if need be; what came ahead goes by the same name. */
  function inputOf(form, name) {
    var answer = form.querySelector('.chk [name="' + name.replace(/[^-]*$/, "result") + '"]');
    if (answer) { unfold(answer.closest(".chk"), true); }
    return form.querySelector('input[type=file][name="' + name + '"]');
  }

  /* data-forget on the form of signing out: the next one at this computer finds nothing that was typed. */
  on("submit", "form[data-forget]", function () {
    Object.keys(localStorage).forEach(function (key) { if (key.indexOf("draft:") === 0) { localStorage.removeItem(key); } });
  });

  /* What sending.js builds on, and what it puts in place of the last two. */
  window.book = {
    on: on, make: make, all: all, tell: tell, lock: lock, unlock: unlock, moveTo: moveTo,
    inputOf: inputOf, state: state,
    takesOver: function () { return false; }, send: null
  };
})();
