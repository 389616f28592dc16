/* How files and long forms get to the server. Files go up one by one as soon as they are chosen and the form brings
   their numbers; what is typed is kept there as a draft, and on this machine while there is no connection. Without this
   file a form is sent whole. */
(function () {
  "use strict";
  var book = window.book, on = book.on, make = book.make, all = book.all, state = book.state;

  function pathOf(form) { return form.getAttribute("action"); }

  function tokenOf(form) { return form.querySelector("input[name=csrf_token]").value; }

  function post(form, address, content, more) {
    var asked = { method: "POST", body: content, credentials: "same-origin", headers: { "X-CSRFToken": tokenOf(form) } };
    return fetch(address, Object.assign(asked, more));
  }

  /* Files. An item is one chosen file: held (goes with the form), queued, sending, lost, failed, refused or done. */
  var items = [], AT_ONCE = 2, AGAIN = 15000;

  function sizeOf(file, form) {
    if (file.size < 999.5 * 1024) { return Math.max(1, Math.round(file.size / 1024)) + " KB"; }
    var megabytes = (file.size / 1048576).toFixed(1).replace(/\.0$/, "");
    return megabytes.replace(".", (form.dataset.decimal || "0.5").charAt(1)) + " MB";
  }

  function choose(input) {
    var form = input.form, ahead = "ahead" in input.dataset && form.dataset.stage;
    if (!input.multiple) { items.filter(function (item) { return item.input === input; }).forEach(takeOut); }
    Array.prototype.slice.call(input.files).forEach(function (file) {
      if (!items.some(function (item) { return item.input === input && same(item.file, file); })) {
        draw({ input: input, form: form, file: file, is: ahead ? "queued" : "held" });
      }
    });
    input.value = "";
    next();
  }

  function same(one, other) {
    return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  }

  function draw(item) {
    var row = item.row = make("div", "file", ""), words = row.appendChild(make("span", "flex-grow-1", item.file.name));
    item.says = words.appendChild(make("span", "meta d-block", ""));
    item.bar = words.appendChild(make("progress", "w-100", ""));
    item.bar.max = 100;
    item.bar.setAttribute("aria-label", item.form.dataset.sending + " " + item.file.name);
    item.retry = button(item, "btn-line", item.form.dataset.retry, function () { put(item, "queued"); next(); });
    item.remove = button(item, "btn-quiet", item.form.dataset.remove, function () { takeOut(item); item.input.focus(); });
    items.push(item);
    book.waiting.keep(item);
    document.getElementById(item.input.dataset.chosen).appendChild(row);
    if (item.file.size > Number(item.form.dataset.most || Infinity)) {
      book.waiting.drop(item);
      put(item, "refused", tooLarge(item));
    } else { put(item, item.is); }
    changed(item.form);
  }

  /* Said at once: nobody waits on a phone for what the server would refuse. */
  function tooLarge(item) {
    var told = { "{name}": item.file.name, "{size}": sizeOf(item.file, item.form) };
    return item.form.dataset.tooLarge.replace(/\{\w+\}/g, function (word) { return told[word]; });
  }

  function button(item, look, words, act) {
    var made = item.row.appendChild(make("button", "btn push " + look, words));
    made.type = "button";
    made.setAttribute("aria-label", words + " " + item.file.name);
    made.addEventListener("click", act);
    return made;
  }

  function put(item, is, says) {
    var form = item.form.dataset, size = sizeOf(item.file, item.form);
    var words = { queued: form.queued, sending: form.sending, lost: form.lost, failed: form.refused, refused: form.refused };
    item.is = is;
    item.says.textContent = says || (words[is] ? size + " · " + words[is] : size);
    item.bar.hidden = is !== "sending";
    item.retry.hidden = is !== "lost" && is !== "failed";
    item.row.classList.toggle("file-bad", is === "refused" || is === "failed");
  }

  function takeOut(item) {
    book.waiting.drop(item);
    if (item.request) { item.request.abort(); }
    if (item.number) { post(item.form, item.form.dataset.stage + "/" + item.number + "/remove").catch(function () {}); }
    item.row.remove();
    items.splice(items.indexOf(item), 1);
    changed(item.form);
    next();
  }

  function next() {
    var sending = items.filter(function (item) { return item.is === "sending"; }).length;
    items.filter(function (item) { return item.is === "queued"; }).slice(0, AT_ONCE - sending).forEach(goUp);
  }

  function goUp(item) {
    var request = item.request = new XMLHttpRequest(), content = new FormData();
    content.append("page", pathOf(item.form));
    content.append("file", item.file);
    put(item, "sending");
    item.bar.value = 0;
    request.upload.addEventListener("progress", function (e) {
      if (e.lengthComputable) { item.bar.value = Math.round(100 * e.loaded / e.total); }
    });
    request.addEventListener("load", function () { answered(item, request); });
    request.addEventListener("error", function () { item.request = null; put(item, "lost"); next(); });
    request.open("POST", item.form.dataset.stage);
    request.setRequestHeader("X-CSRFToken", tokenOf(item.form));
    request.send(content);
  }

  function answered(item, request) {
    var told = {};
    try { told = JSON.parse(request.responseText); } catch (_not) { /* a page: the session is over, or it was too much */ }
    item.request = null;
    if (request.status === 201 || told.message) { book.waiting.drop(item); }
    if (request.status === 201) { arrived(item, told); } else { put(item, told.message ? "refused" : "failed", told.message); }
    next();
  }

  function arrived(item, told) {
    var number = make("input", "", "");
    number.type = "hidden";
    number.name = item.input.name;
    number.value = item.number = told.number;
    item.row.appendChild(number);
    if (told.preview) {
      var picture = make("img", "thumb", "");
      picture.alt = "";
      picture.src = told.preview;
      item.row.insertBefore(picture, item.row.firstChild);
    }
    put(item, "done", told.note ? told.size + " · " + told.note : told.size);
    changed(item.form, true);
  }

  function again() {
    items.forEach(function (item) { if (item.is === "lost") { put(item, "queued"); } });
    next();
  }

  on("change", "input[type=file][data-chosen]", choose);
  on("click", "[data-unstage]", function (pressed) {
    var form = pressed.closest("form");
    post(form, pressed.dataset.unstage).catch(function () {});
    pressed.closest(".file").remove();
    changed(form, true);
  });
  window.addEventListener("online", again);
  var trying = setInterval(again, AGAIN);

  /* What is not up yet goes with the form; if that fails, it goes on waiting. */
  function unfinished(form) {
    return items.filter(function (item) { return item.form === form && item.is !== "done" && item.is !== "refused"; });
  }

  function takeAlong(form) {
    unfinished(form).forEach(function (item) {
      var together = new DataTransfer();
      if (item.request) { item.request.abort(); item.request = null; }
      put(item, item.is === "held" ? "held" : "lost");
      Array.prototype.forEach.call(item.input.files, function (file) { together.items.add(file); });
      together.items.add(item.file);
      item.input.files = together.files;
      item.bar.hidden = false;
    });
  }

  function leaveBehind(form) {
    unfinished(form).forEach(function (item) { item.input.value = ""; put(item, item.is); });
  }

  /* data-progress, data-draft: the same post, sent so that the page can show how far it is and a lost connection loses
     nothing; the answer becomes the page. */
  book.takesOver = function (form) {
    var files = form.hasAttribute("data-progress") && unfinished(form).length > 0;
    return files || form.hasAttribute("data-draft");
  };

  book.send = function (form, pressed) {
    var request = new XMLHttpRequest(), draft = draftOf(form), content, bars, address;
    takeAlong(form);
    content = new FormData(form);
    bars = unfinished(form).map(function (item) { return item.bar; });
    address = pressed && pressed.hasAttribute("formaction") ? pressed.formAction : new URL(pathOf(form), location.href).href;
    if (pressed && pressed.name) { content.append(pressed.name, pressed.value); }
    if (draft) { keepHere(draft); draft.sent = true; }
    request.upload.addEventListener("progress", function (e) {
      if (e.lengthComputable) { bars.forEach(function (bar) { bar.value = Math.round(100 * e.loaded / e.total); }); }
    });
    request.addEventListener("load", function () {
      clearInterval(ticking);
      clearInterval(trying);
      if (request.responseText.indexOf("data-draft-again") < 0) { unfinished(form).forEach(book.waiting.drop); }
      if (request.responseURL && request.responseURL !== address) { book.moveTo(request.responseURL); }
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.addEventListener("error", function () {
      leaveBehind(form);
      if (draft) { draft.sent = false; }
      state.leaving = false;
      book.unlock(form);
      book.tell(form, form.dataset.offline);
    });
    request.open("POST", address);
    request.send(content);
  };

  /* data-draft: kept on the server every 20 seconds and when a field is left; here while the server cannot be reached. */
  var EVERY = 20000, SOON = 700, drafts = all("form[data-draft]").map(function (form) {
    return { form: form, key: "draft:" + form.dataset.draftKey, dirty: false, typed: 0, busy: false, sent: false, soon: 0 };
  });

  function draftOf(form) { return drafts.find(function (draft) { return draft.form === form; }); }

  function changed(form, atOnce) {
    var draft = draftOf(form);
    if (form.hasAttribute("data-unsaved")) { state.touched = true; }
    if (!draft) { return; }
    draft.dirty = true;
    draft.typed = Date.now();
    if (atOnce) { keep(draft); }
  }

  function fieldsOf(form) {
    var secret = all("input[type=password]", form).map(function (input) { return input.name; });
    var fields = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && name !== "csrf_token" && secret.indexOf(name) < 0) { fields.append(name, value); }
    });
    return fields;
  }

  function say(draft, words) {
    var place = draft.form.querySelector("[data-draft-state]");
    if (place && words) { place.textContent = words; }
  }

  function keep(draft, leaving) {
    if (!draft.dirty || draft.sent || draft.busy && !leaving) { return; }
    var fields = fieldsOf(draft.form), typed = draft.typed;
    draft.busy = true;
    post(draft.form, draft.form.dataset.draft + "&typed=" + typed, fields, leaving ? { keepalive: true } : {})
      .then(function (answer) {
        draft.busy = false;
        if (answer.status === 200 || answer.status === 409) {
          draft.dirty = draft.typed !== typed;
          forget(draft);
          settle();
        }
        if (answer.status === 409) { return; }
        if (answer.status !== 200) { keepHere(draft); }
        if (answer.status !== 200 && answer.status !== 422) {
          say(draft, draft.form.dataset[answer.status === 401 || answer.status === 400 ? "draftEnded" : "draftFailed"]);
          return;
        }
        return answer.json().then(function (told) { say(draft, told.message); });
      })
      .catch(function () {
        draft.busy = false;
        keepHere(draft);
        say(draft, draft.form.dataset.draftLost);
      });
  }

  /* Nothing is left to be asked about before leaving. */
  function settle() {
    if (!drafts.some(function (draft) { return draft.dirty; }) && !items.some(function (item) { return item.is !== "done"; })) {
      state.touched = false;
    }
  }

  function keepHere(draft) {
    var copy = { fields: String(fieldsOf(draft.form)), typed: draft.typed || Date.now() };
    try { localStorage.setItem(draft.key, JSON.stringify(copy)); } catch (_full) { /* then only the page has it */ }
  }

  function forget(draft) { localStorage.removeItem(draft.key); }

  function here(draft) {
    try { return JSON.parse(localStorage.getItem(draft.key)); } catch (_odd) { return null; }
  }

  /* When the page opens: what is only here goes to the server, which fills the form with it. Until then nothing of the
     unfilled form is kept over it. */
  function open(draft) {
    var form = draft.form, copy = here(draft);
    if ("draftAgain" in form.dataset) { changed(form, true); copy = null; }
    if (copy && copy.typed <= Number(form.dataset.draftTyped || 0)) { forget(draft); copy = null; }
    if (!copy) { goOn(draft); return; }
    draft.sent = true;
    post(form, form.dataset.draft + "&typed=" + copy.typed, new URLSearchParams(copy.fields)).then(function (answer) {
      if (answer.status === 200 || answer.status === 409) { forget(draft); }
      if (answer.status === 200) { location.reload(); } else { goOn(draft); }
    }).catch(function () { goOn(draft); });
  }

  function goOn(draft) {
    draft.sent = false;
    book.waiting.open(draft.form, function (input, file, number) {
      draw({ input: input, form: draft.form, file: file, is: "queued", here: Promise.resolve(number) });
      next();
    });
  }

  function tick() { drafts.forEach(function (draft) { keep(draft); }); }

  drafts.forEach(open);
  ["input", "change"].forEach(function (event) { on(event, "form[data-draft]", function (form, e) {
    if (e.target.type !== "file") { changed(form); }
  }); });
  on("focusout", "form[data-draft]", function (form) {
    var draft = draftOf(form);
    clearTimeout(draft.soon);
    draft.soon = setTimeout(function () { keep(draft); }, SOON);
  });
  on("submit", "form[data-draft-drop]", function (form) { localStorage.removeItem("draft:" + form.dataset.draftDrop); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { drafts.forEach(function (draft) { keep(draft, true); }); }
  });
  window.addEventListener("online", tick);
  var ticking = setInterval(tick, EVERY);
})();
