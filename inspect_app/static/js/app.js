/* Improvements only: every page works without this file. Each behaviour hangs on a data- attribute, each text it shows
   comes from the page. Whatever is sent is a plain post; with files the same post shows how far it is. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  var body = document.body, leaving = false, touched = false;
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
    leaving = true;
    if (form.hasAttribute("data-progress") && hasFiles(form)) {
      e.preventDefault();
      sendWithProgress(form, e.submitter);
    }
    lock(form, e.submitter);
  });

  window.addEventListener("pageshow", function (e) {
    leaving = false;
    if (e.persisted) { all("form[data-sent]").forEach(unlock); }
  });

  /* data-chosen: name and size of each chosen file, each can be taken out again. Choosing once more adds to them: a
     camera gives one picture at a time. */
  var kept = new WeakMap();

  function sizeOf(file, input) {
    if (file.size < 999.5 * 1024) { return Math.max(1, Math.round(file.size / 1024)) + " KB"; }
    return (file.size / 1048576).toFixed(1).replace(".", input.dataset.decimal.charAt(1)).replace(/[.,]0$/, "") + " MB";
  }

  function listChosen(input) {
    var place = document.getElementById(input.dataset.chosen);
    if (!place) { return; }
    place.textContent = "";
    Array.prototype.forEach.call(input.files, function (file, index) {
      var row = make("div", "file", "");
      var name = row.appendChild(make("span", "flex-grow-1", file.name));
      var remove = row.appendChild(make("button", "btn btn-quiet push", input.dataset.remove));
      name.appendChild(make("span", "meta d-block", sizeOf(file, input)));
      remove.type = "button";
      remove.setAttribute("aria-label", input.dataset.remove + " " + file.name);
      remove.addEventListener("click", function () { removeChosen(input, index); });
      place.appendChild(row);
    });
  }

  function keepChosen(input, files) {
    var together = new DataTransfer();
    files.forEach(function (file) { together.items.add(file); });
    input.files = together.files;
    kept.set(input, files);
    listChosen(input);
  }

  function addChosen(input) {
    var before = input.multiple && kept.get(input) || [];
    var more = Array.prototype.filter.call(input.files, function (file) {
      return !before.some(function (one) { return one.name === file.name && one.size === file.size && one.lastModified === file.lastModified; });
    });
    keepChosen(input, before.concat(more));
  }

  function removeChosen(input, index) {
    keepChosen(input, Array.prototype.filter.call(input.files, function (_file, i) { return i !== index; }));
    input.focus();
  }

  on("change", "input[type=file][data-chosen]", addChosen);
  on("dragover", ".drop", function (drop) { drop.classList.add("over"); });
  on("dragleave", ".drop", function (drop) { drop.classList.remove("over"); });
  on("drop", ".drop", function (drop) { drop.classList.remove("over"); });

  /* data-progress: the same post, sent so that the page can show how far it is; the answer becomes the page. */
  function hasFiles(form) {
    return all("input[type=file]", form).some(function (input) { return input.files.length > 0; });
  }

  function sendWithProgress(form, button) {
    var request = new XMLHttpRequest();
    var content = new FormData(form);
    var places = all(".chosen", form).filter(function (place) { return place.firstChild; });
    var bars = places.map(function (place) {
      var input = form.querySelector('[data-chosen="' + place.id + '"]');
      var bar = place.appendChild(make("progress", "w-100", ""));
      bar.max = 100;
      bar.setAttribute("aria-label", input.dataset.sending);
      return bar;
    });
    if (button && button.name) { content.append(button.name, button.value); }
    request.upload.addEventListener("progress", function (e) {
      if (e.lengthComputable) { bars.forEach(function (bar) { bar.value = Math.round(100 * e.loaded / e.total); }); }
    });
    request.addEventListener("load", function () {
      if (request.responseURL && request.responseURL !== form.action) { moveTo(request.responseURL); }
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.addEventListener("error", function () {
      bars.forEach(function (bar) { bar.remove(); });
      leaving = false;
      unlock(form);
      tell(form, form.dataset.offline);
    });
    request.open("POST", form.action);
    request.send(content);
  }

  function tell(form, text) {
    var note = form.querySelector(".note-late[role=alert]") || make("div", "note note-late mb-3", "");
    note.setAttribute("role", "alert");
    note.textContent = text;
    form.insertBefore(note, form.firstChild);
  }

  /* data-unsaved: ask before leaving while something typed was not sent. */
  on("input", "form[data-unsaved]", function () { touched = true; });
  window.addEventListener("beforeunload", function (e) {
    if (touched && !leaving) { e.preventDefault(); e.returnValue = body.dataset.unsaved; }
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

  /* data-copy: the text of another element goes to the clipboard; data-copied says that it did. */
  on("click", "[data-copy]", function (button) {
    var text = document.getElementById(button.dataset.copy).textContent.replace(/\s+/g, " ").trim();
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
    block.remove();
    touched = true;
    (list.querySelector("textarea") || document.querySelector("[data-add]") || list).focus();
  });
})();
