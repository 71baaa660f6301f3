"""The few words that Quoth says itself, in the language of the question: the whole catalogue stands here."""

from collections.abc import Sequence

from .datatypes import Citation, Item

_MESSAGES = {
    "refusal": {
        "en": "The documents don't tell.",
        "ar": "الوثائق لا تذكر ذلك.",
        "fr": "Les documents ne le disent pas.",
        "es": "Los documentos no lo dicen.",
        "de": "Die Dokumente sagen das nicht.",
        "pt": "Os documentos não o dizem.",
        "ha": "Takardun ba su faɗi haka ba.",
        "fa": "اسناد این را نمی‌گویند.",
        "it": "I documenti non lo dicono.",
        "ru": "В документах об этом не сказано.",
        "sw": "Nyaraka hazisemi hivyo.",
        "tr": "Belgeler bunu söylemiyor.",
        "zh": "文档中没有说明。",
    },
    "introduction": {
        "en": "I answer questions about the documents, with exact quotes from them. What would you like to know?",
        "ar": "أجيب عن الأسئلة حول الوثائق باقتباسات حرفية منها. ماذا تود أن تعرف؟",
        "fr": "Je réponds aux questions sur les documents, avec des citations exactes. Que voulez-vous savoir ?",
        "es": "Respondo a preguntas sobre los documentos, con citas exactas. ¿Qué quiere saber?",
        "de": "Ich beantworte Fragen zu den Dokumenten, mit wörtlichen Zitaten daraus. Was möchten Sie wissen?",
        "pt": "Respondo a perguntas sobre os documentos, com citações exatas. O que deseja saber?",
        "ha": "Ina amsa tambayoyi game da takardun, da ainihin kalmominsu. Me kake so ka sani?",
        "fa": "به پرسش‌های مربوط به اسناد با نقل‌قول دقیق از آن‌ها پاسخ می‌دهم. چه می‌خواهید بدانید؟",
        "it": "Rispondo a domande sui documenti, con citazioni esatte. Che cosa vuole sapere?",
        "ru": "Я отвечаю на вопросы о документах точными цитатами из них. Что вы хотите узнать?",
        "sw": "Ninajibu maswali kuhusu nyaraka kwa kunukuu maneno yake halisi. Ungependa kujua nini?",
        "tr": "Belgelerle ilgili soruları birebir alıntılarla yanıtlarım. Ne öğrenmek istersiniz?",
        "zh": "我根据文档回答问题，并给出原文引用。您想了解什么？",
    },
    "closest": {
        "en": "The closest passages, which are not an answer:",
        "ar": "أقرب المقاطع، وهي ليست جوابًا:",
        "fr": "Les passages les plus proches, qui ne sont pas une réponse :",
        "es": "Los pasajes más cercanos, que no son una respuesta:",
        "de": "Die nächstliegenden Stellen, die keine Antwort sind:",
        "pt": "As passagens mais próximas, que não são uma resposta:",
        "ha": "Wuraren da suka fi kusa, amma ba amsa ba ne:",
        "fa": "نزدیک‌ترین بخش‌ها، که پاسخ نیستند:",
        "it": "I passaggi più vicini, che non sono una risposta:",
        "ru": "Ближайшие места, которые не являются ответом:",
        "sw": "Sehemu za karibu zaidi, ambazo si jibu:",
        "tr": "En yakın bölümler; bunlar yanıt değildir:",
        "zh": "最接近的段落（并非答案）：",
    },
    "disagreement": {
        "en": "The sources disagree:",
        "ar": "المصادر غير متفقة:",
        "fr": "Les sources ne concordent pas :",
        "es": "Las fuentes no coinciden:",
        "de": "Die Quellen widersprechen sich:",
        "pt": "As fontes não coincidem:",
        "ha": "Majiyoyin sun saɓa wa juna:",
        "fa": "منابع هم‌نظر نیستند:",
        "it": "Le fonti non concordano:",
        "ru": "Источники расходятся:",
        "sw": "Vyanzo havikubaliani:",
        "tr": "Kaynaklar uyuşmuyor:",
        "zh": "来源说法不一：",
    },
    "more": {
        "en": "{} more",
        "ar": "المزيد: {}",
        "fr": "Autres : {}",
        "es": "Más: {}",
        "de": "Weitere: {}",
        "pt": "Mais: {}",
        "ha": "Ƙari: {}",
        "fa": "بیشتر: {}",
        "it": "Altri: {}",
        "ru": "Ещё: {}",
        "sw": "Zaidi: {}",
        "tr": "Diğerleri: {}",
        "zh": "另有 {} 条",
    },
}
_FAILED = {
    "en": "The language model could not put the answer into words ({}). The quotes are the answer.",
    "ar": "تعذّر على النموذج اللغوي صياغة الجواب ({}). الاقتباسات هي الجواب.",
    "fr": "Le modèle de langue n’a pas pu reformuler la réponse ({}). Les citations sont la réponse.",
    "es": "El modelo de lenguaje no pudo redactar la respuesta ({}). Las citas son la respuesta.",
    "de": "Das Sprachmodell konnte die Antwort nicht in Worte fassen ({}). Die Zitate sind die Antwort.",
    "pt": "O modelo de linguagem não conseguiu pôr a resposta em palavras ({}). As citações são a resposta.",
    "ha": "Samfurin harshe bai iya tsara amsar da kalmominsa ba ({}). Wuraren da aka ɗauko su ne amsar.",
}
_CAUSES = {
    "phrasing_unreachable": {
        "en": "its server is not reachable",
        "ar": "لا يمكن الوصول إلى خادمه",
        "fr": "son serveur est injoignable",
        "es": "su servidor no está disponible",
        "de": "sein Server ist nicht erreichbar",
        "pt": "o seu servidor não está acessível",
        "ha": "ba a iya kaiwa ga sabarsa",
    },
    "phrasing_slow": {
        "en": "it took too long",
        "ar": "استغرق وقتًا طويلًا",
        "fr": "il a mis trop de temps",
        "es": "tardó demasiado",
        "de": "es dauerte zu lange",
        "pt": "demorou demasiado",
        "ha": "ya ɗauki lokaci fiye da kima",
    },
    "phrasing_busy": {
        "en": "it is busy",
        "ar": "إنه مشغول",
        "fr": "il est occupé",
        "es": "está ocupado",
        "de": "es ist ausgelastet",
        "pt": "está ocupado",
        "ha": "yana kan wani aiki",
    },
    "phrasing_key": {
        "en": "its server refuses the key",
        "ar": "خادمه يرفض المفتاح",
        "fr": "son serveur refuse la clé",
        "es": "su servidor rechaza la clave",
        "de": "sein Server lehnt den Schlüssel ab",
        "pt": "o seu servidor recusa a chave",
        "ha": "sabarsa ta ƙi maɓallin",
    },
    "phrasing_model": {
        "en": "its server does not know the model",
        "ar": "خادمه لا يعرف النموذج",
        "fr": "son serveur ne connaît pas le modèle",
        "es": "su servidor no conoce el modelo",
        "de": "sein Server kennt das Modell nicht",
        "pt": "o seu servidor não conhece o modelo",
        "ha": "sabarsa ba ta san samfurin ba",
    },
    "phrasing_context": {
        "en": "its context is too small",
        "ar": "سياقه أصغر من اللازم",
        "fr": "son contexte est trop petit",
        "es": "su contexto es demasiado pequeño",
        "de": "sein Kontext ist zu klein",
        "pt": "o seu contexto é demasiado pequeno",
        "ha": "gurbin rubutunsa ya yi kaɗan",
    },
    "phrasing_server": {
        "en": "its server has an error",
        "ar": "في خادمه خطأ",
        "fr": "son serveur signale une erreur",
        "es": "su servidor tiene un error",
        "de": "sein Server meldet einen Fehler",
        "pt": "o seu servidor tem um erro",
        "ha": "akwai kuskure a sabarsa",
    },
    "phrasing_refused": {
        "en": "its server refuses the request",
        "ar": "خادمه يرفض الطلب",
        "fr": "son serveur refuse la demande",
        "es": "su servidor rechaza la petición",
        "de": "sein Server lehnt die Anfrage ab",
        "pt": "o seu servidor recusa o pedido",
        "ha": "sabarsa ta ƙi buƙatar",
    },
    "phrasing_broken": {
        "en": "its reply broke off or made no sense",
        "ar": "انقطع ردّه أو لم يكن مفهومًا",
        "fr": "sa réponse s’est interrompue ou n’a pas de sens",
        "es": "su respuesta se interrumpió o no tiene sentido",
        "de": "seine Antwort brach ab oder ergab keinen Sinn",
        "pt": "a sua resposta interrompeu-se ou não fez sentido",
        "ha": "amsarsa ta yanke ko ba ta da ma’ana",
    },
    "phrasing_empty": {
        "en": "it said nothing",
        "ar": "لم يقل شيئًا",
        "fr": "il n’a rien dit",
        "es": "no dijo nada",
        "de": "es sagte nichts",
        "pt": "não disse nada",
        "ha": "bai ce komai ba",
    },
    "phrasing_unsupported": {
        "en": "the documents hold nothing of what it said",
        "ar": "لا سند في الوثائق لشيء مما قاله",
        "fr": "rien de ce qu’il a dit n’est dans les documents",
        "es": "nada de lo que dijo está en los documentos",
        "de": "nichts von dem, was es sagte, steht in den Dokumenten",
        "pt": "nada do que disse está nos documentos",
        "ha": "babu komai na abin da ya faɗa a cikin takardun",
    },
}
for _name, _forms in _CAUSES.items():
    _MESSAGES[_name] = {language: _FAILED[language].format(cause) for language, cause in _forms.items()}
_MESSAGES |= {
    "phrasing_declined": {
        "en": "The language model finds no answer in these quotes. Judge for yourself.",
        "ar": "لا يجد النموذج اللغوي جوابًا في هذه الاقتباسات. احكم بنفسك.",
        "fr": "Le modèle de langue ne trouve pas de réponse dans ces citations. À vous de juger.",
        "es": "El modelo de lenguaje no encuentra respuesta en estas citas. Juzgue usted.",
        "de": "Das Sprachmodell findet in diesen Zitaten keine Antwort. Urteilen Sie selbst.",
        "pt": "O modelo de linguagem não encontra resposta nestas citações. Julgue por si.",
        "ha": "Samfurin harshe bai sami amsa a waɗannan wurare ba. Ka duba da kanka.",
    },
    "phrasing_title": {
        "en": "In the words of a language model, checked against the quotes:",
        "ar": "بصياغة نموذج لغوي، بعد مقارنتها بالاقتباسات:",
        "fr": "Reformulé par un modèle de langue, vérifié d’après les citations :",
        "es": "Redactado por un modelo de lenguaje y comprobado con las citas:",
        "de": "In den Worten eines Sprachmodells, an den Zitaten geprüft:",
        "pt": "Nas palavras de um modelo de linguagem, comparadas com as citações:",
        "ha": "Da kalmomin samfurin harshe, an kwatanta su da wuraren da aka ɗauko:",
    },
    "read_as": {
        "en": "Read as:",
        "ar": "فُهم السؤال هكذا:",
        "fr": "Compris ainsi :",
        "es": "Entendido así:",
        "de": "Verstanden als:",
        "pt": "Entendido assim:",
        "ha": "An fahimci tambayar haka:",
    },
    "struck_uncited": {
        "en": "It cites nothing.",
        "ar": "لا تستند إلى أي مصدر.",
        "fr": "Elle ne cite rien.",
        "es": "No cita nada.",
        "de": "Der Satz nennt keine Quelle.",
        "pt": "Não cita nada.",
        "ha": "Ba ta ambaci tushe ba.",
    },
    "struck_unknown_citation": {
        "en": "It cites what there is not.",
        "ar": "تستند إلى مصدر غير موجود.",
        "fr": "Elle cite ce qui n’existe pas.",
        "es": "Cita algo que no existe.",
        "de": "Der Satz nennt eine Quelle, die es nicht gibt.",
        "pt": "Cita algo que não existe.",
        "ha": "Ta ambaci tushen da babu shi.",
    },
    "struck_language": {
        "en": "It is in another language than the question.",
        "ar": "هي بلغة غير لغة السؤال.",
        "fr": "Elle est dans une autre langue que la question.",
        "es": "Está en otro idioma que la pregunta.",
        "de": "Der Satz ist in einer anderen Sprache als die Frage.",
        "pt": "Está noutra língua que a pergunta.",
        "ha": "Tana cikin wani harshe, ba na tambayar ba.",
    },
    "struck_link": {
        "en": "It holds a link or markup.",
        "ar": "تحتوي على رابط أو ترميز.",
        "fr": "Elle contient un lien ou un balisage.",
        "es": "Contiene un enlace o marcado.",
        "de": "Der Satz enthält einen Link oder Auszeichnung.",
        "pt": "Contém uma ligação ou marcação.",
        "ha": "Tana ɗauke da hanyar yanar gizo ko alamun tsari.",
    },
    "struck_value": {
        "en": "A number or date in it is not in its source.",
        "ar": "فيها رقم أو تاريخ لا يرد في المصدر.",
        "fr": "Un nombre ou une date n’est pas dans la source.",
        "es": "Un número o una fecha no está en la fuente.",
        "de": "Eine Zahl oder ein Datum steht nicht in der Quelle.",
        "pt": "Um número ou uma data não está na fonte.",
        "ha": "Lambar ko kwanan watan ba ya cikin tushen.",
    },
    "struck_name": {
        "en": "A name in it is not in its source.",
        "ar": "فيها اسم لا يرد في المصدر.",
        "fr": "Un nom n’est pas dans la source.",
        "es": "Un nombre no está en la fuente.",
        "de": "Ein Name steht nicht in der Quelle.",
        "pt": "Um nome não está na fonte.",
        "ha": "Sunan ba ya cikin tushen.",
    },
    "struck_negation": {
        "en": "It denies what its source says, or says what it denies.",
        "ar": "تنفي ما يثبته المصدر أو تثبت ما ينفيه.",
        "fr": "Elle nie ce que dit la source, ou affirme ce qu’elle nie.",
        "es": "Niega lo que dice la fuente, o afirma lo que niega.",
        "de": "Der Satz verneint, was die Quelle sagt, oder sagt, was sie verneint.",
        "pt": "Nega o que a fonte diz, ou afirma o que ela nega.",
        "ha": "Ta musanta abin da tushen ya faɗa, ko ta faɗi abin da ya musanta.",
    },
    "struck_role": {
        "en": "Its source says this of others, or the other way round.",
        "ar": "يقول المصدر هذا عن غيرهم أو بالعكس.",
        "fr": "La source le dit d’autres que ceux-là, ou l’inverse.",
        "es": "La fuente lo dice de otros, o al revés.",
        "de": "Die Quelle sagt das von anderen, oder es ist umgekehrt.",
        "pt": "A fonte diz isto de outros, ou ao contrário.",
        "ha": "Tushen ya faɗi wannan game da wasu, ko kuma akasin haka.",
    },
    "struck_apart": {
        "en": "Its source does not say so.",
        "ar": "المصدر لا يقول ذلك.",
        "fr": "La source ne dit pas cela.",
        "es": "La fuente no dice eso.",
        "de": "Die Quelle sagt das nicht.",
        "pt": "A fonte não diz isso.",
        "ha": "Tushen bai faɗi haka ba.",
    },
}


def message(name: str, language: str) -> str:
    """The message `name` in a language (ISO 639-1), in English where there is none."""
    forms = _MESSAGES[name]
    return forms.get(language, forms["en"])


def as_text(language: str, items: Sequence[Item], citations: Sequence[Citation], *, disagreement: bool) -> str:
    """An answer as plain text: an item a line with its marks, or the refusal. What is no quote is in the language.

    Where the sources disagree, it says so first, and each item names its sources with their dates.
    """
    if not items:
        return message("refusal", language)
    lines = [message("disagreement", language)] if disagreement else []
    by_number = {citation.number: citation for citation in citations}
    for item in items:
        marks = "".join(f"[{number}]" for number in item.citations)
        sources = [by_number[number] for number in item.citations] if disagreement else []
        named = dict.fromkeys(f"{source.title}, {source.date}" if source.date else source.title for source in sources)
        lines.append(f"{item.shown} {marks}" + (f" ({'; '.join(named)})" if any(named) else ""))
    return "\n".join(lines)
