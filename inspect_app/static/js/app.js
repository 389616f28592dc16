/* Improvements only: every page works without this file. Each behaviour hangs on a data- attribute, each text it shows
   comes from the page. Sending, verifying, returning, issuing and signing in stay plain posts. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  var body = document.body;
  var leaving = false;

  function on(event, selector, act) {
    document.addEventListener(event, function (e) {
      var found = e.target.closest ? e.target.closest(selector) : null;
      if (found) { act(found, e); }
    });
  }

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  /* data-focus: the summary of errors takes the focus when the page opens. */
  all("[data-focus]").forEach(function (summary) { summary.focus(); });

  /* data-once: a form is sent once; its button says so. Coming back to the page unlocks it. */
  function lock(form, button) {
    form.dataset.sent = "yes";
    all("button:not([type=button])", form).concat(button ? [button] : []).forEach(function (each) {
      each.setAttribute("aria-disabled", "true");
    });
    if (!button) { button = form.querySelector(".btn-primary:not([type=button]), button:not([type=button])"); }
    if (!button || button.classList.contains("menu-item")) { return; }
    var words = button.querySelector("span") || button;
    button.dataset.words = words.textContent;
    words.textContent = body.dataset.busy;
    button.classList.add("busy");
  }

  function unlock(form) {
    delete form.dataset.sent;
    all("button", form).concat(all('button[form="' + form.id + '"]')).forEach(function (each) {
      each.removeAttribute("aria-disabled");
      if (each.dataset.words) {
        (each.querySelector("span") || each).textContent = each.dataset.words;
        delete each.dataset.words;
        each.classList.remove("busy");
      }
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

  /* data-chosen: name and size of each chosen file, each can be taken out again. */
  var pictures = "jpg jpeg png webp heic gif".split(" ");

  function sizeOf(file, input) {
    if (file.size < 999.5 * 1024) { return Math.max(1, Math.round(file.size / 1024)) + " KB"; }
    return (file.size / 1048576).toFixed(1).replace(".", input.dataset.decimal.charAt(1)).replace(/[.,]0$/, "") + " MB";
  }

  function listChosen(input) {
    var place = document.getElementById(input.dataset.chosen);
    if (!place) { return; }
    place.textContent = "";
    Array.prototype.forEach.call(input.files, function (file, index) {
      var row = document.createElement("div");
      var name = document.createElement("span");
      var about = document.createElement("span");
      var remove = document.createElement("button");
      row.className = "file";
      name.className = "flex-grow-1";
      about.className = "meta d-block";
      remove.type = "button";
      remove.className = "btn btn-quiet push";
      name.textContent = file.name;
      about.textContent = sizeOf(file, input);
      remove.textContent = input.dataset.remove;
      remove.setAttribute("aria-label", input.dataset.remove + " " + file.name);
      remove.addEventListener("click", function () { removeChosen(input, index); });
      if (pictures.indexOf(file.name.split(".").pop().toLowerCase()) >= 0) { row.classList.add("file-picture"); }
      name.appendChild(about);
      row.appendChild(name);
      row.appendChild(remove);
      place.appendChild(row);
    });
  }

  function removeChosen(input, index) {
    var rest = new DataTransfer();
    Array.prototype.forEach.call(input.files, function (file, i) { if (i !== index) { rest.items.add(file); } });
    input.files = rest.files;
    listChosen(input);
    input.focus();
  }

  on("change", "input[type=file][data-chosen]", listChosen);
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
      var bar = document.createElement("progress");
      bar.max = 100;
      bar.className = "w-100";
      bar.setAttribute("aria-label", input.dataset.sending);
      place.appendChild(bar);
      return bar;
    });
    if (button && button.name) { content.append(button.name, button.value); }
    request.upload.addEventListener("progress", function (e) {
      if (e.lengthComputable) { bars.forEach(function (bar) { bar.value = Math.round(100 * e.loaded / e.total); }); }
    });
    request.addEventListener("load", function () {
      if (request.responseURL && request.responseURL !== form.action) { history.pushState(null, "", request.responseURL); }
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
    var note = form.querySelector(".note-late[role=alert]") || document.createElement("div");
    note.className = "note note-late mb-3";
    note.setAttribute("role", "alert");
    note.textContent = text;
    form.insertBefore(note, form.firstChild);
  }

  /* data-unsaved: ask before leaving while something typed was not sent. */
  var touched = false;
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
        var found = new DOMParser().parseFromString(text, "text/html").getElementById(id);
        if (!found) { throw new Error("nothing to show"); }
        place.replaceWith(found);
        history.pushState({ filter: true }, "", address);
        tellCount(found);
      })
      .catch(function (reason) { if (reason.name !== "AbortError") { location.assign(address); } });
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
      chip.classList.toggle("chip-on", !!chip.querySelector(":checked:not([value=''])"));
    });
    filter(form);
  });
  on("input", "form[data-filter] input[type=search]", function (input, e) {
    if (e.isComposing) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(function () { filter(input.form); }, 400);
  });
  window.addEventListener("popstate", function (e) {
    if (document.querySelector("form[data-filter]") || (e.state && e.state.filter)) { location.reload(); }
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
      if (search && search.offsetParent) { e.preventDefault(); search.focus(); search.select(); }
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
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, function () { copyOld(text, done); }); }
    else { copyOld(text, done); }
  });

  function copyOld(text, done) {
    var area = document.createElement("textarea");
    area.value = text;
    body.appendChild(area);
    area.select();
    if (document.execCommand("copy")) { done(); }
    area.remove();
  }

  /* data-print: print this page. */
  on("click", "[data-print]", function (button, e) { e.preventDefault(); window.print(); });

  /* data-add: another block from a <template>; "__n__" in it becomes the next number. data-drop takes one out. */
  on("click", "[data-add]", function (button, e) {
    var list = document.getElementById(button.dataset.add);
    var template = document.getElementById(button.dataset.template);
    var n = Number(list.dataset.next || list.children.length);
    e.preventDefault();
    list.dataset.next = n + 1;
    list.insertAdjacentHTML("beforeend", template.innerHTML.replace(/__n__/g, n));
    var first = list.lastElementChild.querySelector("textarea, input:not([type=hidden]), select");
    if (first) { first.focus(); }
  });
  on("click", "[data-drop]", function (button, e) {
    var block = button.closest(button.dataset.drop);
    var list = block.parentElement;
    e.preventDefault();
    block.remove();
    touched = true;
    (list.querySelector(button.dataset.drop + " textarea") || document.querySelector("[data-add]") || list).focus();
  });
})();
