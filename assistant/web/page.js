// Body of the side panel's script. Gradio runs it once, with `element` (the panel), `trigger` and `watch` in scope.
// It turns clicks on marks such as [1], and on what can be done with an answer, into events, and shows the passage that comes back.

const MARK = /^#(whole-)?((?:cite|near)-[0-9a-f]+-[0-9]+)$/;
const ACTION = /^#(copy|good|bad|retry|edit)-([0-9a-f]+)$/;
let chosen = null;

// Gradio builds the rest of the page after the panel, and draws messages anew while it streams: look up, never keep.
const workspace = () => document.getElementById("workspace");
const chosenMark = () => (chosen ? document.querySelector(`#chat a[href="${chosen}"]`) : null);

// A panel that is built anew must not leave the old one's listeners behind.
window.quothListeners?.abort();
window.quothListeners = new AbortController();
const { signal } = window.quothListeners;

// The tab's key to its conversation, which the server keeps: a reload shows it again.
function conversationKey() {
	const make = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	try {
		if (!sessionStorage.quothConversation) sessionStorage.quothConversation = make();
		return sessionStorage.quothConversation;
	} catch {
		return make(); // The browser keeps nothing for this page.
	}
}

function tidyChat() {
	// Gradio labels each message with its source text, tags and all, which a screen reader would read out.
	for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
		message.removeAttribute("aria-label");
	}
	// Gradio calls its suggestions a list, whose items must not be buttons.
	document.querySelector("#chat .examples[role=list]")?.setAttribute("role", "group");
	for (const thumb of document.querySelectorAll("#chat .act.good, #chat .act.bad")) {
		const pressed = String(thumb.classList.contains("chosen"));
		if (thumb.getAttribute("aria-pressed") !== pressed) thumb.setAttribute("aria-pressed", pressed);
	}
	for (const mark of document.querySelectorAll("#chat a[aria-current]")) {
		if (mark.getAttribute("href") !== chosen) mark.removeAttribute("aria-current");
	}
	const mark = chosenMark();
	if (mark && !mark.hasAttribute("aria-current")) mark.setAttribute("aria-current", "true");
	const exporting = document.getElementById("export");
	if (exporting) exporting.hidden = !document.querySelector("#chat .copyable");
}

function close() {
	delete workspace().dataset.sources;
	chosenMark()?.focus();
}

function nameLanguages() {
	for (const language of element.querySelectorAll(".language")) {
		try {
			language.textContent = new Intl.DisplayNames(["en"], { type: "language" }).of(language.textContent);
		} catch {
			// Not a language code: it stays as it is written.
		}
	}
}

function showChosen() {
	const source = element.querySelector(".chosen");
	if (!source) return;
	source.querySelector("h3 a").focus({ preventScroll: true });
	source.scrollIntoView({ block: "start" });
	source.querySelector("mark").scrollIntoView({ block: source.classList.contains("whole") ? "center" : "nearest" });
}

function choose(whole, reference) {
	chosen = `#${reference}`;
	workspace().dataset.sources = "open";
	tidyChat();
	// The panel does not change, and so is not drawn again, where it shows that passage already.
	const shown = element.querySelector(`.chosen h3 a[href="${chosen}"]`)?.closest(".chosen");
	if (shown && shown.classList.contains("whole") === whole) showChosen();
	else trigger("cite", { reference, whole });
}

// What can be done with an answer

async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// Without https, or in a frame that may not: the old way.
		const box = Object.assign(document.createElement("textarea"), { value: text });
		document.body.append(box);
		box.select();
		const copied = document.execCommand("copy");
		box.remove();
		return copied;
	}
}

function say(link, text) {
	const before = link.textContent;
	link.textContent = text;
	setTimeout(() => (link.textContent = before), 2000);
}

function askForComment(message) {
	const dialog = document.createElement("dialog");
	dialog.className = "quoth-comment";
	const form = Object.assign(document.createElement("form"), { method: "dialog" });
	const label = document.createElement("label");
	const box = Object.assign(document.createElement("textarea"), { rows: 4, maxLength: 2000 });
	label.append("What was wrong, or what would have been right? (optional)", box);
	const send = Object.assign(document.createElement("button"), { textContent: "Send", value: "send", className: "send" });
	const cancel = Object.assign(document.createElement("button"), { textContent: "Cancel", value: "", type: "submit" });
	form.append(label, send, cancel);
	dialog.append(form);
	dialog.addEventListener("close", () => {
		if (dialog.returnValue === "send") trigger("judge", { message, good: false, comment: box.value });
		dialog.remove();
		document.querySelector(`#chat a[href="#bad-${message}"]`)?.focus();
	});
	(workspace() ?? document.body).append(dialog);
	dialog.showModal();
}

async function act(link, action, message) {
	const isChosen = link.classList.contains("chosen");
	if (action === "copy") {
		const text = link.closest(".message-content, .message")?.querySelector(".copyable")?.textContent ?? "";
		say(link, (await copy(text)) ? "Copied" : "Copying failed");
	} else if (action === "retry" || action === "edit") {
		trigger(action, {});
		if (action === "edit") document.querySelector("#question textarea")?.focus();
	} else if (action === "bad" && !isChosen) askForComment(message);
	else trigger("judge", { message, good: isChosen ? null : action === "good", comment: "" });
}

function exportConversation() {
	const parts = [...document.querySelectorAll("#chat .question, #chat .copyable, #chat .notice")].map((part) =>
		part.classList.contains("question") ? `## ${part.innerText.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")}` : part.textContent,
	);
	const address = URL.createObjectURL(new Blob([`${parts.join("\n\n")}\n`], { type: "text/markdown" }));
	const link = Object.assign(document.createElement("a"), { href: address, download: "conversation.md" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// Events of the page

function clicked(event) {
	if (event.target.closest?.("#export")) exportConversation();
	const link = event.target.closest?.("a[href^='#']");
	const href = link?.getAttribute("href");
	const [, whole, reference] = href?.match(MARK) ?? [];
	const [, action, message] = href?.match(ACTION) ?? [];
	if (reference || action) event.preventDefault();
	if (reference) choose(Boolean(whole), reference);
	else if (action) act(link, action, message);
	else if (!event.target.closest?.("#sources")) delete workspace()?.dataset.sources;
}

function pressed(event) {
	if (event.isComposing || document.querySelector("dialog[open]")) return;
	if (event.key === "Escape" && (workspace().dataset.sources || element.contains(document.activeElement))) {
		event.preventDefault();
		close();
	}
	if (event.key === " " && event.target.matches?.("a.act")) {
		event.preventDefault();
		event.target.click();
	}
}

document.addEventListener("click", clicked, { capture: true, signal });
document.addEventListener("keydown", pressed, { signal });
element.addEventListener("click", (event) => event.target.closest(".close") && close(), { signal });

const observer = new MutationObserver(tidyChat);
observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
signal.addEventListener("abort", () => observer.disconnect());
tidyChat();

watch("value", () => {
	nameLanguages();
	showChosen();
});
trigger("restore", { key: conversationKey(), framed: window.parent !== window });
