"""The fields of an answer as JSON, in their order, which scripts and the API's users rely on."""

ANSWER_KEYS = ["question", "read_as", "answered", "small_talk", "text"]
ANSWER_KEYS += ["items", "citations", "disagreement", "closest", "seconds"]
