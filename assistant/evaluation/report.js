"use strict";
// Draws the report of `quoth evaluate` from the JSON block of the page. Every text is set as text, never as markup.

const report = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const PART_FIGURES = ["recall", "precision", "right_first", "citation_recall", "refusal_recall", "retrieval_recall@5", "latency_p50"];
const PART_NAMES = { language: "Language of the question", way: "Same or another language", tag: "Tag" };

function element(name, attributes = {}, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
	made.append(...children.filter((child) => child !== null));
	return made;
}

function drawn(name, attributes, ...children) {
	const made = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
	made.append(...children);
	return made;
}

const text = (value, attributes = {}) => element("span", { dir: "auto", ...attributes }, value);
const number = (value) => (value === null || value === undefined ? "–" : value.toFixed(3));
const section = (title, ...children) => element("section", {}, element("h2", {}, title), ...children);
const knows = (one, fact) => !one.unknown.includes(fact);

function table(head, rows) {
	const cells = (name, row) => element("tr", {}, ...row.map((cell) => element(name, name === "th" ? { scope: "col" } : {}, cell)));
	const whole = element("table", {}, element("thead", {}, cells("th", head)), element("tbody", {}, ...rows.map((row) => cells("td", row))));
	return element("div", { class: "scroll" }, whole);
}

function header() {
	const failed = report.gates.filter((gate) => !gate.passed);
	const settings = Object.entries(report.settings).map(([name, value]) => `${name} ${value === "" ? "bundled" : value}`);
	const over = report.documents === null ? "" : `, over ${report.documents} document${report.documents === 1 ? "" : "s"}`;
	const failures = report.outcomes.filter((one) => one.error).length;
	return element(
		"header",
		{},
		element("h1", {}, "How good the answers are"),
		element("p", {}, `${report.set}: ${report.passed} of ${report.questions} questions pass${over} (${settings.join(", ")}).`),
		failures ? element("p", { class: "bad" }, `Questions without any answer from the server: ${failures}.`) : null,
		element(
			"ul",
			{ class: "gates" },
			...report.gates.map((gate) => element("li", { class: gate.passed ? "good" : "bad" }, `${gate.passed ? "✓ kept" : "✗ failed"}: ${gate.told}`)),
		),
		failed.length ? element("p", { class: "bad" }, `${failed.length} of ${report.gates.length} thresholds failed.`) : null,
	);
}

function figures() {
	const changes = report.changes && report.changes.figures;
	const rows = Object.entries(report.figures)
		.filter(([, figure]) => figure.count)
		.map(([name, figure]) => {
			const { title, lower_is_better: lower } = report.measures[name];
			const row = [element("code", {}, name), title + (lower ? " ↓" : ""), number(figure.value), intervalBar(name, figure), String(figure.count)];
			if (!changes) return row;
			const before = changes[name].before;
			const rise = before === null ? null : figure.value - before;
			const sign = !rise || Math.abs(rise) < 0.0005 ? "" : (rise > 0) !== lower ? "good" : "bad";
			return [...row, number(before), element("span", { class: sign }, rise === null ? "–" : (rise > 0 ? "+" : "") + rise.toFixed(3))];
		});
	const head = ["measure", "", "value", "95% interval", "questions", ...(changes ? ["before", "change"] : [])];
	const leftOut = Object.entries(report.left_out).map(([fact, names]) => element("li", {}, `Left out, as the server does not tell ${fact}: ${names.join(", ")}.`));
	return section("Figures", table(head, rows), element("p", { class: "note" }, "↓: the lower the better."), leftOut.length ? element("ul", { class: "note" }, ...leftOut) : null);
}

function intervalBar(name, figure) {
	const label = `${number(figure.low)} to ${number(figure.high)}`;
	if (name.startsWith("latency")) return label;
	const x = (share) => 2 + 96 * Math.min(1, Math.max(0, share));
	const bar = drawn(
		"svg",
		{ viewBox: "0 0 100 10", class: "interval", "aria-hidden": "true" },
		drawn("line", { x1: 2, x2: 98, y1: 5, y2: 5, class: "axis" }),
		drawn("line", { x1: x(figure.low), x2: x(figure.high), y1: 5, y2: 5, class: "range" }),
		drawn("circle", { cx: x(figure.value), cy: 5, r: 3, class: "dot" }),
	);
	return element("span", { class: "with-bar" }, bar, label);
}

// Plots: 300 by 220, the plane from (40, 10) to (290, 180).

function plot(title, xLabel, yLabel, most, ...marks) {
	const frame = drawn("svg", { viewBox: "0 0 300 220", role: "img", "aria-label": title });
	for (const share of [0, 0.25, 0.5, 0.75, 1]) {
		frame.append(drawn("line", { x1: 40, x2: 290, y1: down(share), y2: down(share), class: "grid" }));
		frame.append(drawn("text", { x: 35, y: down(share) + 3, "text-anchor": "end" }, (share * most.y).toFixed(2).replace(/0$/, "")));
	}
	if (most.x !== null) for (const share of [0, 0.5, 1]) frame.append(drawn("text", { x: across(share), y: 194, "text-anchor": "middle" }, String(+(share * most.x).toFixed(2))));
	frame.append(drawn("text", { x: 165, y: 213, "text-anchor": "middle" }, xLabel), ...marks);
	return element("figure", {}, element("figcaption", {}, `${title} (up: ${yLabel})`), frame);
}

const across = (share) => 40 + 250 * share;
const down = (share) => 180 - 170 * share;
const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${across(x).toFixed(1)} ${down(y).toFixed(1)}`).join("");
const told = (mark, words) => (mark.append(drawn("title", {}, words)), mark);

function riskCoverage() {
	const points = report.risk_coverage;
	if (!points.length) return null;
	const inForce = points.filter((point) => point.threshold >= report.settings.threshold).pop();
	const marks = [drawn("path", { d: path(points.map((point) => [point.coverage, point.risk])), class: "line" })];
	if (inForce) {
		const words = `at the threshold in force, ${report.settings.threshold}: ${(100 * inForce.coverage).toFixed(0)}% answered, ${(100 * inForce.risk).toFixed(0)}% of these wrong`;
		marks.push(told(drawn("circle", { cx: across(inForce.coverage), cy: down(inForce.risk), r: 5, class: "dot" }), words));
	}
	return plot("Risk and coverage", "share of questions answered, the surest first; dot: the threshold in force", "share of these wrong", { x: 1, y: 1 }, ...marks);
}

function calibration() {
	if (!report.calibration.length) return null;
	const marks = report.calibration.map((bin) => {
		const mark = drawn("circle", { cx: across(bin.probability), cy: down(bin.right), r: 3 + Math.sqrt(bin.cases) / 2, class: "dot" });
		return told(mark, `${bin.cases} questions: said ${number(bin.probability)}, right ${number(bin.right)}`);
	});
	const diagonal = drawn("path", { d: path([[0, 0], [1, 1]]), class: "guide" });
	return plot("Calibration", "confidence that Quoth gives; on the diagonal it is what it says", "share that is right", { x: 1, y: 1 }, diagonal, ...marks);
}

function latency() {
	const seconds = report.outcomes.filter((one) => !one.error).map((one) => one.seconds).sort((a, b) => a - b);
	if (!seconds.length) return null;
	const most = Math.max(seconds[seconds.length - 1], 0.001);
	const bars = 20;
	const counts = new Array(bars).fill(0);
	for (const one of seconds) counts[Math.min(bars - 1, Math.floor((one / most) * bars))] += 1;
	const highest = Math.max(...counts) / seconds.length;
	const marks = counts.map((count, i) => {
		const top = down(count / seconds.length / highest);
		const mark = drawn("rect", { x: across(i / bars) + 1, y: top, width: 250 / bars - 2, height: 180 - top, class: "bar" });
		return told(mark, `${((i * most) / bars).toFixed(2)} to ${(((i + 1) * most) / bars).toFixed(2)} s: ${count} questions`);
	});
	return plot("Latency", "seconds from question to answer", "share of questions", { x: most, y: highest }, ...marks);
}

function recallByLanguage() {
	const languages = Object.entries(report.parts.language).filter(([, part]) => part.figures.recall.count);
	if (!languages.length) return null;
	const step = 1 / languages.length;
	const marks = languages.flatMap(([name, part], i) => {
		const { value, low, high, count } = part.figures.recall;
		const middle = across((i + 0.5) * step);
		const width = Math.min(40, 250 * step * 0.6);
		const bar = drawn("rect", { x: middle - width / 2, y: down(value), width, height: 180 - down(value), class: "bar" });
		return [
			told(bar, `${name}: ${number(value)} (${number(low)} to ${number(high)}) of ${count} questions`),
			drawn("line", { x1: middle, x2: middle, y1: down(low), y2: down(high), class: "whisker" }),
			drawn("text", { x: middle, y: 194, "text-anchor": "middle" }, name),
		];
	});
	return plot("Recall by language", "language of the question; lines: 95% intervals", "share of what was expected", { x: null, y: 1 }, ...marks);
}

function partTables() {
	const tables = Object.entries(report.parts)
		.filter(([, parts]) => Object.keys(parts).length)
		.map(([kind, parts]) => {
			const rows = Object.entries(parts).map(([name, part]) => [text(name), String(part.questions), ...PART_FIGURES.map((figure) => number(part.figures[figure].value))]);
			return element("div", {}, element("h3", {}, PART_NAMES[kind]), table(["", "questions", ...PART_FIGURES], rows));
		});
	return section("By part", ...tables);
}

function lostSteps() {
	const counts = new Map();
	for (const verdict of report.outcomes.flatMap((one) => one.verdicts)) counts.set(verdict.step, (counts.get(verdict.step) || 0) + 1);
	const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([step, count]) => [step, String(count)]);
	return rows.length ? section("What became of the things expected", table(["step", "things"], rows)) : null;
}

// Questions

const changeOf = new Map(((report.changes && report.changes.questions) || []).map((change) => [change.id, change]));

function passage(quote, checked) {
	const characters = Array.from(quote.passage); // offsets count code points, where JavaScript counts UTF-16 units
	const slice = (start, end) => characters.slice(start, end).join("");
	const mark = element("mark", {}, slice(quote.start, quote.end));
	const source = element("cite", {}, `[${quote.number}] `, text(quote.title), " (", text(quote.document), `, ${quote.language})`);
	const warning = quote.verbatim || !checked ? null : element("p", { class: "bad" }, "This quote does not stand so in its document.");
	const whole = element("blockquote", { dir: "auto" }, slice(0, quote.start), mark, slice(quote.end));
	return element("div", { class: "quote" }, source, whole, warning);
}

function body(one) {
	const change = changeOf.get(one.id);
	const parts = [];
	if (one.history.length) parts.push(element("p", { class: "note" }, "After: ", ...one.history.map((earlier) => text(earlier, { class: "earlier" }))));
	if (one.faults.length) parts.push(element("ul", { class: "bad" }, ...one.faults.map((fault) => element("li", { dir: "auto" }, fault))));
	if (!one.error) parts.push(element("h3", {}, one.answered ? "Answer" : "Refused"), element("p", { class: "answer", dir: "auto" }, one.text));
	if (change) {
		const marks = Object.entries(change.marks).map(([name, mark]) => `${name} ${number(mark.before)} → ${number(mark.now)}`);
		parts.push(element("h3", {}, `Before (${marks.join(", ")})`), element("p", { class: "answer", dir: "auto" }, change.before));
	}
	parts.push(element("h3", {}, "Expected"));
	const things = one.expected.map((forms, i) => {
		const verdict = one.verdicts[i];
		const words = verdict.step === "found" ? "✓ found" : `✗ ${verdict.step}${verdict.reason ? `: ${verdict.reason}` : ""}`;
		return element("li", {}, text(forms.join(" | ")), " ", text(words, { class: verdict.step === "found" ? "good" : "bad" }));
	});
	if (one.unanswerable) things.push(element("li", {}, "that the documents don't tell"));
	if (one.expects_disagreement) things.push(element("li", {}, "that the documents disagree"));
	if (one.documents.length) things.push(element("li", {}, "cited: ", text(one.documents.join(", "))));
	parts.push(element("ul", {}, ...things));
	const quotes = one.answered ? one.citations : one.closest;
	if (quotes.length) parts.push(element("h3", {}, one.answered ? "Quotes in their passages" : "The closest passages"), ...quotes.map((quote) => passage(quote, knows(one, "texts"))));
	const ranking = one.ranking.map((name, i) => `${i + 1}. ${name}`).join("  ");
	const notes = [];
	if (knows(one, "ranking")) notes.push(`Documents found: ${ranking || "none"}.`);
	if (knows(one, "sureness")) notes.push(`Confidence ${number(one.confidence)}.`);
	if (!one.error) notes.push(`${one.seconds.toFixed(2)} s.`);
	parts.push(element("p", { class: "note", dir: "auto" }, `${notes.join(" ")} Tags: ${one.tags.join(", ") || "none"}.`));
	return element("div", { class: "body" }, ...parts);
}

function row(one) {
	const change = changeOf.get(one.id);
	const badge = element("span", { class: `badge ${one.passed ? "good" : "bad"}` }, one.passed ? "✓ passes" : "✗ fails");
	const changed = change ? element("span", { class: `badge ${{ better: "good", worse: "bad" }[change.kind] || ""}` }, change.kind) : null;
	const details = element("details", { class: "question" }, element("summary", {}, badge, changed, element("code", {}, one.id), text(one.question, { class: "asked" })));
	details.addEventListener("toggle", () => {
		if (details.open && details.children.length === 1) details.append(body(one));
	});
	return details;
}

function choice(name, label, options) {
	const select = element("select", { name }, element("option", { value: "" }, "all"), ...options.map((option) => element("option", { value: option }, option)));
	return options.length > 1 || name === "result" ? element("label", {}, label, select) : null;
}

function questions() {
	const distinct = (values) => [...new Set(values)].sort();
	const form = element(
		"form",
		{ class: "filters", role: "search" },
		element("label", {}, "words", element("input", { type: "search", name: "words", placeholder: "question, answer, id" })),
		choice("result", "result", ["fails", "passes"]),
		report.changes ? choice("change", "change", ["worse", "mixed", "better"]) : null,
		choice("lost", "lost", distinct(report.outcomes.map((one) => one.lost).filter((step) => step !== "found"))),
		choice("language", "language", distinct(report.outcomes.map((one) => one.language))),
		choice("way", "languages", distinct(report.outcomes.map((one) => one.way).filter(Boolean))),
		choice("tag", "tag", distinct(report.outcomes.flatMap((one) => one.tags))),
	);
	const count = element("p", { class: "note", "aria-live": "polite" });
	const rows = report.outcomes.map((one) => [one, row(one)]);
	function filter() {
		const wanted = Object.fromEntries(new FormData(form));
		const words = (wanted.words || "").toLowerCase();
		let shown = 0;
		for (const [one, details] of rows) {
			const change = changeOf.get(one.id);
			const fits =
				(!words || `${one.id} ${one.question} ${one.text}`.toLowerCase().includes(words)) &&
				(!wanted.result || one.passed === (wanted.result === "passes")) &&
				(!wanted.change || (change && change.kind === wanted.change)) &&
				(!wanted.lost || one.lost === wanted.lost) &&
				(!wanted.language || one.language === wanted.language) &&
				(!wanted.way || one.way === wanted.way) &&
				(!wanted.tag || one.tags.includes(wanted.tag));
			details.hidden = !fits;
			shown += fits ? 1 : 0;
		}
		count.textContent = `${shown} of ${rows.length} questions`;
	}
	form.addEventListener("input", filter);
	form.addEventListener("submit", (event) => event.preventDefault());
	filter();
	return section("Questions", form, count, ...rows.map(([, details]) => details));
}

function changed() {
	const changes = report.changes;
	if (!changes) return null;
	const counts = `${changes.better} better, ${changes.worse} worse, ${changes.mixed} better and worse, ${changes.new.length} new, ${changes.gone.length} gone.`;
	const worse = changes.questions.filter((one) => one.kind !== "better");
	const rows = worse.map((one) => {
		const marks = Object.entries(one.marks).map(([name, mark]) => `${name} ${number(mark.before)} → ${number(mark.now)}`);
		return [element("code", {}, one.id), text(one.question), marks.join(", "), text(one.faults.join("; "))];
	});
	return section("Against the baseline", element("p", {}, counts), rows.length ? table(["", "got worse", "", "now"], rows) : null);
}

const plots = report.outcomes.length ? section("Plots", element("div", { class: "plots" }, riskCoverage(), calibration(), latency(), recallByLanguage())) : null;
document.getElementById("report").replaceChildren(...[header(), figures(), changed(), plots, partTables(), lostSteps(), questions()].filter(Boolean));
