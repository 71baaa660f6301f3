// Quoth's chat on any page: <script src="https://quoth.example/widget.js" data-title="Ask the handbook" defer></script>
//
// A button and a panel in a shadow root, so that neither the page's styles nor these reach the other, and the chat in an iframe
// from the server that this script came from. That server must list the page's origin in its settings.
// Attributes: data-title, data-accent (a CSS colour), data-position (right or left), data-lang, data-greeting, data-open. Where the
// server wants a token: data-token, or data-token-url, an address of the page's own site that answers with a fresh one as text.
// For scripts: Quoth.open(), Quoth.close(), Quoth.ask(question); the window gets a "quoth:answer" event for each answer.
(() => {
	const script = document.currentScript;
	if (!script || window.Quoth) return;
	const { title = "Ask the documents", accent = "#0f766e", position = "right", lang = "en", greeting = "" } = script.dataset;
	const { token, tokenUrl } = script.dataset;
	const server = new URL(script.src).origin;
	const WORDS = {
		ar: ["أغلق", "افتح", "تعذّر فتح المحادثة. حاول مرة أخرى لاحقًا."],
		de: ["Schließen", "Öffnen", "Der Chat lässt sich nicht öffnen. Versuchen Sie es später noch einmal."],
		en: ["Close", "Open", "The chat cannot be opened. Try again later."],
		es: ["Cerrar", "Abrir", "No se puede abrir el chat. Inténtelo más tarde."],
		fr: ["Fermer", "Ouvrir", "La discussion ne peut pas s’ouvrir. Réessayez plus tard."],
		ha: ["Rufe", "Buɗe", "Ba a iya buɗe hirar ba. Sake gwadawa daga baya."],
		pt: ["Fechar", "Abrir", "Não é possível abrir a conversa. Tente mais tarde."],
	};
	const [closing, opening, failing] = WORDS[lang.split("-")[0]] ?? WORDS.en;

	const host = document.createElement("quoth-widget");
	host.lang = lang;
	host.dir = /^(ar|fa|he|ur)\b/.test(lang) ? "rtl" : "ltr";
	const root = host.attachShadow({ mode: "open" });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(`
		:host { all: initial !important; display: block !important; position: fixed !important; bottom: 20px !important;
			right: 12px !important; z-index: 2147483000 !important; font: 16px/1.4 system-ui, sans-serif !important; }
		:host([data-position="left"]) { right: auto !important; left: 12px !important; }
		button { font: inherit; cursor: pointer; border: 0; }
		button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 5px var(--accent); }
		.open { display: flex; gap: 8px; align-items: center; padding: 12px 18px; border-radius: 999px; color: #fff;
			background: var(--accent); box-shadow: 0 4px 16px #0004; }
		.panel { display: flex; flex-direction: column; width: min(420px, calc(100vw - 24px)); height: min(640px, calc(100vh - 40px));
			border-radius: 14px; overflow: hidden; background: #fff; box-shadow: 0 8px 40px #0005; }
		.panel[hidden], .open[hidden] { display: none; }
		header { display: flex; align-items: center; gap: 8px; padding: 10px 14px; color: #fff; background: var(--accent); }
		h2 { flex: 1; margin: 0; font-size: 1rem; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
		header button { width: 32px; height: 32px; border-radius: 8px; color: #fff; background: #0003; }
		p { margin: 0; padding: 8px 14px; color: #1c1917; background: #f5f5f4; }
		p:empty { display: none; }
		iframe { flex: 1; border: 0; width: 100%; }
	`);
	root.adoptedStyleSheets = [sheet];
	host.dataset.position = position;
	host.style.setProperty("--accent", CSS.supports("color", accent) ? accent : "#0f766e");

	const make = (name, properties, ...children) => {
		const element = Object.assign(document.createElement(name), properties);
		element.append(...children);
		return element;
	};
	const button = make("button", { className: "open", type: "button", ariaExpanded: "false" }, title);
	button.setAttribute("aria-label", `${opening}: ${title}`);
	const close = make("button", { type: "button", ariaLabel: closing }, "×");
	const notice = make("p", {}, greeting);
	const header = make("header", {}, make("h2", {}, title), close);
	const panel = make("section", { className: "panel", hidden: true }, header, notice);
	panel.setAttribute("role", "dialog");
	panel.setAttribute("aria-label", title);
	root.append(panel, button);

	const PATIENCE = 30_000; // milliseconds that a chat has to say that it is ready
	let frame = null;
	let ready = false;
	const waiting = [];

	// Where the chat is: with a token, below a path that takes it, as no cookie of the server's would be sent from here.
	async function address() {
		let path = "/";
		if (token) path = `/embed/${token}/`;
		if (tokenUrl) {
			const answer = await fetch(tokenUrl, { cache: "no-store" });
			if (!answer.ok) throw new Error(`${tokenUrl} answered with ${answer.status}`);
			path = `/embed/${(await answer.text()).trim()}/`;
		}
		return `${server}${path}?embed=${encodeURIComponent(location.origin)}`;
	}

	async function load() {
		notice.textContent = greeting;
		try {
			frame.src = await address();
		} catch (error) {
			fail(error);
			return;
		}
		// A browser tells nobody that it refuses to show a page in a frame; but the chat says that it is ready, and a refusal does not.
		const loading = frame;
		setTimeout(() => {
			if (!ready && frame === loading) fail(`No chat came from ${server}. Its settings must list ${location.origin}; if it has a password, this page needs a token.`);
		}, PATIENCE);
	}

	function fail(error) {
		frame.remove();
		frame = null;
		notice.textContent = failing;
		console.error("Quoth:", error);
	}

	function show() {
		if (!frame) {
			frame = make("iframe", { title });
			panel.append(frame);
			load();
		}
		panel.hidden = false;
		button.hidden = true;
		button.ariaExpanded = "true";
		close.focus();
	}

	function hide() {
		panel.hidden = true;
		button.hidden = false;
		button.ariaExpanded = "false";
		button.focus();
	}

	function ask(question) {
		show();
		waiting.push(String(question));
		send();
	}

	function send() {
		while (ready && waiting.length) {
			frame.contentWindow.postMessage({ type: "quoth:ask", question: waiting.shift() }, server);
		}
	}

	window.addEventListener("message", (event) => {
		if (event.origin !== server || event.source !== frame?.contentWindow) return;
		if (event.data?.type === "quoth:ready") {
			ready = true;
			send();
		} else if (event.data?.type === "quoth:answer") {
			window.dispatchEvent(new CustomEvent("quoth:answer", { detail: event.data.answer }));
		} else if (event.data?.type === "quoth:close") {
			hide();
		}
	});
	button.addEventListener("click", show);
	close.addEventListener("click", hide);
	panel.addEventListener("keydown", (event) => event.key === "Escape" && hide());

	window.Quoth = Object.freeze({ open: show, close: hide, ask });
	document.body.append(host);
	if ("open" in script.dataset) show();
})();
