// Last part of the side panel's script, for a chat that widget.js has put into another site's page: what the two tell each
// other. Only the site that frames this page is listened to, and only it is told anything; the server has let it frame the page.

const embedder = new URLSearchParams(location.search).get("embed");

function listenToEmbedder() {
	const tell = (message) => window.parent.postMessage(message, embedder);
	const told = new Set();
	const waiting = [];
	let asking = false;
	const questions = () => document.querySelectorAll("#chat [data-testid=user]").length;

	// Looks twice a second whether the question has been taken. The page may still be building itself up: where it still stands in
	// the box after some seconds, it is put again. An earlier one may take as long as it likes.
	function askHere(question, before = questions(), looks = 0, put = false) {
		const box = document.querySelector("#question textarea");
		const button = document.querySelector("#question .submit-button");
		const refused = document.getElementById("refused");
		if (questions() > before || looks > 60 || refused) {
			asking = false;
			if (refused) waiting.length = 0;
			return askNext();
		}
		const again = looks % 6 === 0 && box?.value === question;
		const ready = box && button && (!put || again);
		if (ready) {
			Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
			box.dispatchEvent(new Event("input", { bubbles: true }));
			setTimeout(() => button.click(), 50);
		}
		const answering = document.querySelector("#question .stop-button");
		setTimeout(() => askHere(question, before, answering ? looks : looks + 1, put || Boolean(ready)), 500);
	}

	function askNext() {
		if (asking || !waiting.length) return;
		asking = true;
		document.getElementById("refused")?.remove();
		askHere(waiting.shift());
	}

	// The conversation may be drawn a moment after the panel.
	function tellAnswer(message, tries = 60) {
		const reply = [...document.querySelectorAll("#chat [data-testid=bot]")].find((one) => one.querySelector(`a[href$="-${message}"]`));
		const shown = reply?.querySelector(".answer, .refusal");
		if (!shown && tries) return setTimeout(() => tellAnswer(message, tries - 1), 50);
		const question = element.querySelector(".asked")?.textContent ?? "";
		tell({ type: "quoth:answer", answer: { question, answered: Boolean(shown?.matches(".answer")), text: shown?.innerText.trim() ?? "" } });
	}

	window.addEventListener(
		"message",
		(event) => {
			const isOurs = event.source === window.parent && event.origin === embedder && event.data?.type === "quoth:ask";
			if (!isOurs || typeof event.data.question !== "string" || !event.data.question.trim()) return;
			waiting.push(event.data.question);
			askNext();
		},
		{ signal },
	);
	function leave(event) {
		if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
		if (!workspace().dataset.sources && !document.querySelector("dialog[open]")) tell({ type: "quoth:close" });
	}
	document.addEventListener("keydown", leave, { signal });
	// The panel shows an answer's sources once the answer is whole; those of an earlier one once the page has been loaded anew.
	watch("value", () => {
		const message = element.querySelector(".panel")?.dataset.message;
		if (element.querySelector(".panel.restored")) {
			if (message) told.add(message);
			tell({ type: "quoth:ready" });
			return;
		}
		if (!message || told.has(message)) return;
		told.add(message);
		tellAnswer(message);
	});
}

if (embedder && window.parent !== window) {
	try {
		listenToEmbedder();
	} catch {
		// `embed` names no origin: then nobody is told anything.
	}
}
