// Second part of the side panel's script: says above the question why the server did not take one. Gradio says nothing of it where
// the server answers anything but "taken", and the question stays in its box.

const ASKED = /\/gradio_api\/(queue\/join|run\/predict)/;
const UNREACHABLE = "The server cannot be reached. Check the connection, then ask again.";
const plainFetch = window.fetch;

async function whyRefused(response) {
	if (response.status === 401) return "You are no longer signed in.";
	if (response.status === 403) return "This chat was open for too long. Load the page anew, then ask again.";
	if (response.status === 503) return "Too many questions are waiting. Ask again in some seconds."; // Gradio's own queue is full
	const body = await response.json().catch(() => ({}));
	return body?.error?.message ?? `The server answered with ${response.status}. Its log may say more. You can ask again.`;
}

function tell(text, status) {
	document.getElementById("refused")?.remove();
	if (!text) return;
	const told = Object.assign(document.createElement("div"), { id: "refused", className: "notice" });
	told.setAttribute("role", "alert");
	document.getElementById("question")?.before(told);
	told.append(text);
	if (status === 401) told.append(" ", Object.assign(document.createElement("a"), { href: "/login?next=/", textContent: "Sign in" }));
}

window.fetch = async (resource, options) => {
	if (!ASKED.test(resource?.url ?? String(resource))) return plainFetch(resource, options);
	try {
		const response = await plainFetch(resource, options);
		tell(response.ok ? "" : await whyRefused(response.clone()), response.status);
		return response;
	} catch (error) {
		tell(UNREACHABLE);
		throw error;
	}
};
signal.addEventListener("abort", () => (window.fetch = plainFetch));
