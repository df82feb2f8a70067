// Plays a lesson and reports which seconds were heard. Written for old telephones: no modules, no new syntax.
(function () {
  "use strict";
  var lesson = JSON.parse(document.getElementById("lesson").textContent), words = lesson.words;
  var base = location.pathname.replace(/\/+$/, ""), store = "nuanxin" + base;
  var sound = document.getElementById("sound"), listen = document.getElementById("listen");
  var heardLine = document.getElementById("heard"), told = document.getElementById("told"), after = document.getElementById("after");
  var from = null, fastest = 1, waiting = [], busy = false, opened = false, watched = sound;

  function key() {
    var text = "";
    while (text.length < 32) { text += Math.random().toString(36).slice(2); }
    return text.slice(0, 32);
  }

  function send(what, body, then) {
    var request = new XMLHttpRequest();
    request.open("POST", base + "/" + what);
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Idempotency-Key", key());
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.onload = function () {
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      then(request.status, answer);
    };
    request.onerror = function () { then(0, {}); };
    request.send(JSON.stringify(body));
  }

  function remember() {
    try { localStorage.setItem(store, JSON.stringify({ at: watched.currentTime, waiting: waiting })); } catch (error) { /* A telephone without memory starts from the beginning. */ }
  }

  function recall() {
    try { return JSON.parse(localStorage.getItem(store)) || {}; } catch (error) { return {}; }
  }

  // Lets a couple or a relative share a telephone, and tells when very many do; it says nothing about who they are.
  function device() {
    try {
      var id = localStorage.getItem("nuanxin/device");
      if (!id) { id = key(); localStorage.setItem("nuanxin/device", id); }
      return { device: id.slice(0, 64) };
    } catch (error) { return {}; }
  }

  function mark() {
    if (from !== null && watched.currentTime > from + 0.2) { waiting.push([from, watched.currentTime]); }
    from = watched.paused ? null : watched.currentTime;
    remember();
  }

  function report() {
    if (busy || !opened || !waiting.length) { return; }
    var sent = waiting.splice(0, 100);
    busy = true;
    send("progress", { intervals: sent, speed: fastest }, function (status, answer) {
      busy = false;
      if (status === 200) { show(answer); }
      else if (status === 404) { told.textContent = words.away; }
      else if (status === 0 || status === 409 || status === 429 || status >= 500) { waiting = sent.concat(waiting); told.textContent = words.offline; }
      else {
        // A piece that is refused by name does not take the others with it.
        var refused = /^intervals\.(\d+)$/.exec(((answer.errors || [])[0] || {}).field || "");
        if (refused) { sent.splice(+refused[1], 1); waiting = sent.concat(waiting); }
        told.textContent = answer.detail || answer.title || "";
        remember();
        if (refused) { report(); }
      }
      remember();
    });
  }

  function show(answer) {
    heardLine.textContent = words.heard + " " + answer.percent + "%";
    if (answer.done) { told.textContent = words.done; }
  }

  function open(then) {
    if (opened) { then(); return; }
    send("opening", device(), function (status, answer) {
      if (status === 200) { opened = true; show(answer); then(); }
      else { told.textContent = status === 404 ? words.away : words.offline; }
    });
  }

  function follow(player) {
    player.addEventListener("play", function () { from = player.currentTime; open(function () {}); });
    player.addEventListener("pause", function () { mark(); from = null; report(); });
    player.addEventListener("ended", function () { mark(); from = null; report(); });
    player.addEventListener("seeking", function () { from = null; });
    player.addEventListener("seeked", function () { from = player.paused ? null : player.currentTime; });
    player.addEventListener("ratechange", function () {
      if (player.playbackRate > 1.5) { player.playbackRate = 1.5; }
      fastest = Math.max(fastest, player.playbackRate);
    });
    player.addEventListener("loadedmetadata", function () {
      var at = recall().at;
      if (at && at < player.duration - 5) { player.currentTime = at; }
    });
  }

  function ask(question, place) {
    var label = document.createElement("label"), input = document.createElement("input"), button = document.createElement("button");
    label.textContent = words.question + "：" + question;
    input.setAttribute("aria-label", words.answer);
    input.maxLength = 100;
    button.type = "button";
    button.textContent = words.send;
    button.addEventListener("click", function () {
      if (!input.value) { return; }
      button.disabled = true;
      send("answers", { question: place, answer: input.value }, function (status, answer) {
        button.disabled = status === 200 && answer.right;
        told.textContent = status === 0 ? words.offline : status === 404 ? words.away : status === 409 ? words.too_many : answer.right ? words.right : words.wrong;
        if (answer.done) { told.textContent = words.done; }
      });
    });
    after.appendChild(label);
    after.appendChild(input);
    after.appendChild(button);
  }

  function confirm(what, text) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", function () {
      send(what, {}, function (status, answer) {
        button.disabled = status === 200;
        told.textContent = status === 200 ? words.done : answer.detail || words.offline;
      });
    });
    after.appendChild(button);
  }

  waiting = recall().waiting || [];
  if (recall().at) { listen.textContent = words.resume; }
  sound.src = base + "/audio";
  follow(sound);
  listen.addEventListener("click", function () { sound.play(); });
  var video = document.getElementById("video");
  if (video) {
    video.addEventListener("click", function (event) {
      event.preventDefault();
      var player = document.createElement("video");
      player.controls = true;
      player.src = base + "/video";
      sound.pause();
      follow(player);
      watched = player;
      video.parentNode.replaceChild(player, video);
      player.play();
    });
  }
  lesson.questions.forEach(ask);
  if (lesson.audience === "RELATIVE") { confirm("played", words.played); }
  else if (!lesson.questions.length) { confirm("reply", words.finished); }
  setInterval(function () { mark(); report(); }, 15000);
  window.addEventListener("pagehide", function () { mark(); report(); });
})();
