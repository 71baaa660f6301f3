// The documents page: what is indexed, adding, removing, indexing anew. Whatever comes from documents is set as text, never as HTML.

const find = (id) => document.getElementById(id);
const { suffixes, largest } = document.body.dataset;
const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const PAUSE = 700; // milliseconds between two looks
const NO_DOCUMENTS = find("none").textContent;
let documents = [];
let drawn = "";
let following = false;
let wanted = false;
let running = false;

function make(name, properties = {}, ...children) {
	const element = Object.assign(document.createElement(name), properties);
	element.append(...children);
	return element;
}

// The answer's JSON; throws an Error whose message is fit to show.
async function call(method, path) {
	let response;
	try {
		response = await fetch(path, { method, headers: { Accept: "application/json" } });
	} catch {
		throw new Error("The server cannot be reached. Check that it runs, then try again.");
	}
	const body = await response.json().catch(() => ({}));
	if (!response.ok) throw Object.assign(new Error(explain(response.status, body)), { status: response.status });
	return body;
}

function explain(status, body) {
	if (status === 401) return "You are no longer signed in. Load this page again to sign in.";
	return body.error?.message ?? `The server answered with ${status}. Its log may say more.`;
}

function language(code) {
	try {
		return code === "und" ? "" : LANGUAGES.of(code);
	} catch {
		return code;
	}
}

function cell(label, text, ...classes) {
	const made = make("td", { className: classes.join(" ") }, text);
	made.dataset.label = label;
	return made;
}

function row(one) {
	const title = make("span", { className: "title", dir: "auto" }, one.title);
	const about = make("bdi", { className: "about name" }, one.name);
	const remove = make("button", { type: "button", onclick: () => confirmRemoval(one.name) }, "Remove");
	remove.setAttribute("aria-label", `Remove ${one.name}`);
	remove.dataset.name = one.name;
	return make(
		"tr",
		{},
		make("td", {}, title, about),
		cell("Language", language(one.language)),
		cell("Date", one.date),
		cell("Chunks", one.chunks.toLocaleString(), "number"),
		cell("Indexed", TIME.format(new Date(one.indexed_at))),
		make("td", {}, remove),
	);
}

function drawDocuments() {
	const wanted = find("filter").value.toLowerCase();
	const shown = documents.filter((one) => `${one.title} ${one.name}`.toLowerCase().includes(wanted));
	const drawing = JSON.stringify([shown, documents.length]);
	if (drawing === drawn || find("confirm").open) return; // whoever is at a button with the keyboard stays there, or comes back to it
	drawn = drawing;
	const focused = document.activeElement?.closest?.("#documents button");
	const name = focused?.dataset.name;
	find("documents").replaceChildren(...shown.map(row));
	if (focused) ([...document.querySelectorAll("#documents button")].find((one) => one.dataset.name === name) ?? find("filter")).focus();
	find("none").hidden = shown.length > 0;
	find("none").textContent = documents.length ? "No document matches." : NO_DOCUMENTS;
}

function drawFailures(failures) {
	find("failed").hidden = failures.length === 0;
	const item = (one) => {
		const name = make("bdi", { className: "name" }, one.name);
		return make("li", {}, name, make("p", { className: "wrong" }, one.reason), make("p", { className: "about" }, one.remedy));
	};
	find("failures").replaceChildren(...failures.map(item));
}

function say(text, wrong = false) {
	const state = find("state");
	if (state.textContent === text) return; // a live region is read out whenever it is written to
	state.textContent = text;
	state.className = wrong ? "wrong" : "";
}

function count(number, one, many) {
	return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

function drawState(state) {
	find("share").hidden = !state.running;
	find("share").value = state.share;
	find("index").disabled = state.running;
	if (state.running) {
		say("Indexing. Questions are answered meanwhile.");
	} else if (state.error) {
		say(state.error, true);
	} else {
		const chunks = documents.reduce((sum, one) => sum + one.chunks, 0);
		say(`${count(documents.length, "document", "documents")}, ${count(chunks, "chunk", "chunks")}.`);
	}
	drawFailures(state.failures);
}

// Looks again and again until the indexing is over; asked to while it looks, it looks once more.
async function follow() {
	wanted = true;
	if (following) return;
	following = true;
	while (wanted) {
		wanted = false;
		try {
			const state = await call("GET", "/api/index");
			documents = await call("GET", "/api/documents");
			drawDocuments();
			drawState(state);
			running = state.running;
		} catch (error) {
			say(error.message, true);
			if (error.status === 401) running = false;
		}
		if (running) wanted = true;
		if (wanted) await new Promise((resume) => setTimeout(resume, PAUSE));
	}
	following = false;
}

async function change(method, path) {
	try {
		await call(method, path);
		running = true;
		follow();
	} catch (error) {
		say(error.message, true);
	}
}

function confirmRemoval(name) {
	const dialog = find("confirm");
	dialog.returnValue = "no";
	find("confirm-question").replaceChildren(
		"Delete ",
		make("bdi", { className: "name" }, name),
		"? The file is deleted from the folder and never cited again.",
	);
	dialog.onclose = () => dialog.returnValue === "yes" && change("DELETE", `/api/documents/${encodePath(name)}`);
	dialog.showModal();
}

const encodePath = (name) => name.split("/").map(encodeURIComponent).join("/");

// Sends one file, showing how far it is. Resolves when it is done, whichever way.
function upload(file, item, overwrite = false) {
	const bar = make("progress", { max: 1, value: 0, ariaLabel: `Uploading ${file.name}` });
	const said = make("p", { className: "about" }, "Uploading…");
	item.replaceChildren(make("bdi", { className: "name" }, file.name), bar, said);
	return new Promise((done) => {
		const request = new XMLHttpRequest();
		const finish = (text, wrong, ...more) => {
			bar.remove();
			said.className = wrong ? "wrong" : "about";
			said.textContent = text;
			item.append(...more);
			done();
		};
		request.upload.onprogress = (event) => {
			bar.value = event.loaded / event.total;
			if (event.loaded === event.total) said.textContent = "Checking…";
		};
		request.onerror = () => finish("The upload was cut off. Check the connection, then add the file again.", true);
		request.onload = () => {
			const body = request.response ?? {};
			if (request.status < 300) {
				follow();
				finish(body.replaced ? "Replaced." : "Added.", false);
				return;
			}
			const told = explain(request.status, body).replace(`${file.name}: `, "");
			const replace = make("button", { type: "button", onclick: () => upload(file, item, true) }, "Replace it");
			finish(told, true, ...(request.status === 409 ? [replace] : []));
		};
		const form = new FormData();
		form.append("file", file);
		request.responseType = "json";
		request.open("POST", `/api/documents${overwrite ? "?overwrite=true" : ""}`);
		request.send(form);
	});
}

// One after the other, so that each has the whole line, and its own error.
async function add(files) {
	const items = [...files].map((file) => [file, make("li")]);
	find("uploads").prepend(...items.map(([, item]) => item));
	for (const [file, item] of items) item.replaceChildren(make("bdi", { className: "name" }, file.name));
	for (const [file, item] of items) {
		if (file.size > largest * 1_000_000) {
			const told = `The file is larger than ${largest} MB. Split it into smaller files.`;
			item.append(make("p", { className: "wrong" }, told));
		} else {
			await upload(file, item);
		}
	}
}

const drop = find("drop");
drop.addEventListener("dragover", (event) => {
	event.preventDefault();
	drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
	event.preventDefault();
	drop.classList.remove("over");
	add(event.dataTransfer.files);
});
find("files").addEventListener("change", (event) => {
	add(event.target.files);
});
find("files").addEventListener("click", (event) => {
	event.target.value = ""; // so that the same file can be chosen again
});
find("index").addEventListener("click", () => change("POST", "/api/index"));
find("filter").addEventListener("input", drawDocuments);
follow();
