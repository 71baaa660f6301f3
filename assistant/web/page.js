// Body of the side panel's script. Gradio runs it once, with `element` (the panel), `trigger` and `watch` in scope.
// It turns a click on a mark such as [1] into a `cite` event, and shows the passage that comes back.

const MARK = /^#((?:cite|near)-[0-9a-f]+-[0-9]+)$/;
let chosen = null;

// Gradio builds the rest of the page after the panel, and draws messages anew while it streams: look up, never keep.
const workspace = () => document.getElementById("workspace");
const chosenMark = () => (chosen ? document.querySelector(`#chat a[href="${chosen}"]`) : null);

// A panel that is built anew must not leave the old one's listeners behind.
window.quothListeners?.abort();
window.quothListeners = new AbortController();
const { signal } = window.quothListeners;

function tidyChat() {
	// Gradio labels each message with its source text, tags and all, which a screen reader would read out.
	for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
		message.removeAttribute("aria-label");
	}
	for (const mark of document.querySelectorAll("#chat a[aria-current]")) {
		if (mark.getAttribute("href") !== chosen) mark.removeAttribute("aria-current");
	}
	const mark = chosenMark();
	if (mark && !mark.hasAttribute("aria-current")) mark.setAttribute("aria-current", "true");
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
	source.querySelector("mark").scrollIntoView({ block: "nearest" });
}

function choose(event) {
	const link = event.target.closest?.("a[href^='#']");
	const reference = link?.getAttribute("href").match(MARK)?.[1];
	if (!reference) {
		if (!event.target.closest?.("#sources")) delete workspace()?.dataset.sources;
		return;
	}
	event.preventDefault();
	chosen = `#${reference}`;
	workspace().dataset.sources = "open";
	tidyChat();
	// The panel does not change, and so is not drawn again, where it shows that passage already.
	if (element.querySelector(`.chosen h3 a[href="${chosen}"]`)) showChosen();
	else trigger("cite", { reference });
}

document.addEventListener("click", choose, { capture: true, signal });
document.addEventListener(
	"keydown",
	(event) => {
		if (event.key === "Escape" && (workspace().dataset.sources || element.contains(document.activeElement))) close();
	},
	{ signal },
);
element.addEventListener("click", (event) => event.target.closest(".close") && close(), { signal });

const observer = new MutationObserver(tidyChat);
observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
signal.addEventListener("abort", () => observer.disconnect());
tidyChat();

watch("value", () => {
	nameLanguages();
	showChosen();
});
