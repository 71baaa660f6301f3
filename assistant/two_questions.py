"""Questions that ask two things at once, "Who built the bridge, and when?": no one short span answers both.

How a language says "and" is told by Unicode's tables (CLDR, through Babel); the words that ask stand here.
"""

import re
from functools import lru_cache

from .listing import list_patterns

_ASKING = {
    "en": "who whom whose what which when where why how",
    "fr": "qui quoi quel quelle quels quelles lequel laquelle lesquels lesquelles quand où comment pourquoi combien",
    "ar": "متى أين كيف لماذا كم ما من ماذا لمن بكم أي أية بأي",
    "de": "wer wen wem wessen was wann wo wohin woher warum weshalb wieso wie wieviel welche welcher welches welchen welchem "
    "wozu wofür womit",
    "es": "quién quiénes qué cuál cuáles cuándo dónde adónde cómo cuánto cuánta cuántos cuántas",
    "pt": "quem quando onde como porquê qual quais quanto quanta quantos quantas",
    "it": "chi cosa quando dove come perché quale quali quanto quanta quanti quante",
    "nl": "wie wat wanneer waar waarom hoe hoeveel welke welk",
    "ru": "кто кого кому кем что чего чем когда где куда откуда почему зачем как сколько чей "
    "какой какая какое какие какого какую каком каким каких",
    "uk": "хто кого кому що чого коли де куди звідки чому навіщо як скільки чий який яка яке які якому",
    "pl": "kto kogo komu co czego kiedy gdzie dokąd skąd dlaczego jak ile jaki jaka jakie jakim jakiej który która które",
    "ro": "cine cui ce când unde cum cât câtă câți câte care",
    "el": "ποιος ποια ποιο ποιοι ποιον τι πότε πού γιατί πώς πόσο πόσα πόσοι πόσες",
    "tr": "kim kimi kime kimin ne nerede nereye nereden nasıl neden niçin kaç kaçta hangi",
    "sw": "nani nini lini wapi vipi gani ngapi",
    "ha": "wa wane wacce wanne wace waye me mene menene yaushe ina yaya nawa",
    "fa": "چه چرا کی کجا چگونه چطور چند کدام چقدر",
    "hi": "कौन किसने किसे किसका क्या कब कहाँ कहां क्यों कैसे कितना कितने कितनी",
    "id": "siapa apa kapan mana bagaimana mengapa berapa",
}
"""The words that ask, by language. Those that more often mean something else, such as the French "que", are left out."""
_AND = {"ha": "kuma"}
"""The "and" between clauses, where it is another than between nouns."""
_ASKING_UNPARTED = {
    "zh": r"谁|什么|何时|哪|为什么|怎|如何|多少|几",
    "ja": r"誰|だれ|何|なに|いつ|どこ|なぜ|どう|いくら|いくつ|どの",
}
_AND_UNPARTED = r"[，、,]|以及|并且|而且|和"
"""What parts clauses in scripts that part no words."""
_LATE = {"tr", "sw", "hi", "fa"}
"""Languages in which the word that asks may stand late in its clause."""
EARLY = 3
"""Words of a clause among which that word stands in the other languages: "and by what date"."""
SHORTEST, LETTERS = 3, 4
"""Words of a half that can be read alone; letters that are too few, in scripts that part no words."""
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_WORD = re.compile(r"[^\s.,;:!?¿¡()\"«»“”'’،؛؟।]+")


def two_questions(question: str, language: str) -> tuple[str, str] | None:
    """The two halves of a question in which a word asks before an "and", and another or the same after it.

    None where there is no such, or in languages that are not known here.
    """
    joint = _joint(language)
    if not joint:
        return None
    asks = re.compile(_ASKING_UNPARTED[language]) if language in _ASKING_UNPARTED else None
    for found in joint.finditer(question):
        halves = question[: found.start()], question[found.end() :]
        if all(map(asks.search, halves)) if asks else _both_ask(*halves, language):
            return halves
    return None


def _both_ask(first: str, second: str, language: str) -> bool:
    before, after = (_WORD.findall(half.casefold()) for half in (first, second))
    asking = frozenset(_ASKING[language].split())
    asks = next((word for word in (after if language in _LATE else after[:EARLY]) if word in asking), "")
    is_from = language == "ar" and asks == "من" and "من" in before[1:]  # "from Mali and from Chad", not "and who"
    return bool(asks) and bool(asking.intersection(before)) and not is_from


def alone(half: str) -> bool:
    """Whether a half is long enough to be read alone: "Where" cannot."""
    words = _WORD.findall(half)
    return len(words) >= SHORTEST if len(words) > 1 else bool(_UNPARTED.fullmatch(half)) and len(half) > LETTERS


@lru_cache(maxsize=64)
def _joint(language: str) -> re.Pattern[str] | None:
    """What parts the halves: the "and" between the last two parts of a list, in Arabic also where it is written together."""
    if language in _ASKING_UNPARTED:
        return re.compile(_AND_UNPARTED)
    between = list_patterns(language, "standard").get("2", "").replace("{0}", "").replace("{1}", "").strip()
    words = [re.escape(word) for word in (between, _AND.get(language, "")) if word]
    if language not in _ASKING or not words:
        return None
    after = r"\s*" if language == "ar" else r"\s+"
    return re.compile(rf"(?:\s|,|،)(?:{'|'.join(words)}){after}", re.IGNORECASE)
