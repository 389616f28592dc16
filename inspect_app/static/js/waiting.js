/* Files that are not up yet stay on this machine when the tab is closed, and go up when the form is opened again. Only
   of forms that keep drafts; where a browser gives no room for it, the page alone holds them, as sending.js has them. */
(function () {
  "use strict";
  var NAME = "waiting", LONGEST = 7 * 24 * 3600 * 1000, opening = null;

  function room() {
    opening = opening || new Promise(function (found, failed) {
      var asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("files", { autoIncrement: true }); };
      asked.onsuccess = function () { found(asked.result); };
      asked.onerror = failed;
    });
    return opening;
  }

  function files(mode, act) {
    return room().then(function (there) { act(there.transaction("files", mode).objectStore("files")); }).catch(function () {});
  }

  function keyOf(item) { return item.form.dataset.draftKey; }

  window.book.waiting = {
    /* Keep the item's file until `drop`. */
    keep: function (item) {
      if (!keyOf(item) || item.here) { return; }
      item.here = new Promise(function (kept) {
        files("readwrite", function (store) {
          var row = { key: keyOf(item), name: item.input.name, file: item.file, at: Date.now() };
          store.add(row).onsuccess = function (e) { kept(e.target.result); };
        });
      });
    },

    drop: function (item) {
      if (!item.here) { return; }
      item.here.then(function (number) { files("readwrite", function (store) { store.delete(number); }); });
      item.here = null;
    },

    /* Hand each file that waits for this form to `found(input, file, number)`. */
    open: function (form, found) {
      files("readwrite", function (store) {
        store.openCursor().onsuccess = function (e) {
          var at = e.target.result, row = at && at.value, input;
          if (!at) { return; }
          input = row.key === form.dataset.draftKey && window.book.inputOf(form, row.name);
          if (Date.now() - row.at > LONGEST) { at.delete(); } else if (input) { found(input, row.file, at.primaryKey); }
          at.continue();
        };
      });
    }
  };

  window.book.on("submit", "form[data-forget]", function () { indexedDB.deleteDatabase(NAME); });
  window.book.on("submit", "form[data-draft-drop]", function (dropped) {
    files("readwrite", function (store) {
      store.openCursor().onsuccess = function (e) {
        var at = e.target.result;
        if (!at) { return; }
        if (at.value.key === dropped.dataset.draftDrop) { at.delete(); }
        at.continue();
      };
    });
  });
})();
