"""A sentence or two in each of many scripts, for whatever must work in all of them; and any text at all."""

from hypothesis import strategies as st

SCRIPTS = {
    "Latin": "The two sides met in Niamey on 8 May 2025. “Trust is rebuilt slowly,” said the général; coût : 3,5 millions d’€.",
    "Vietnamese": "Hai bên đã gặp nhau tại thủ đô. Thỏa thuận có hiệu lực từ tháng Năm.",
    "Hausa": "Ɓangarorin biyu sun ƙulla yarjejeniya. An rattaɓa hannu a Yamai.",
    "Yoruba": "Wọ́n pàdé ní ọjọ́ Ajé. Ẹgbẹ́ méjèèjì fọwọ́ sí ìwé àdéhùn.",
    "Arabic": "اجتمع الطرفان في نيامي يوم ٨ أيار ٢٠٢٥. هل وقّعا مذكّرةَ تفاهُمٍ؟ نعم، وقّعا.",
    "Persian": "دو طرف در پایتخت دیدار کردند. می‌گویند گفت‌وگو ادامه دارد؛ هزینه ۳٫۵ میلیون بود.",
    "Urdu": "دونوں فریق دارالحکومت میں ملے۔ معاہدے پر دستخط ہو گئے۔",
    "Hebrew": "שני הצדדים נפגשו בבירה. הֶסְכֵּם נחתם ביום חמישי.",
    "Cyrillic": "Стороны встретились в столице. Подписан ли договор? Да, ещё вчера.",
    "Greek": "Οι δύο πλευρές συναντήθηκαν στην πρωτεύουσα. Υπεγράφη συμφωνία;",
    "Armenian": "Երկու կողմերը հանդիպեցին մայրաքաղաքում։ Համաձայնագիրը ստորագրվեց։",
    "Georgian": "ორი მხარე დედაქალაქში შეხვდა. ხელშეკრულებას ხელი მოეწერა.",
    "Ethiopic": "ሁለቱ ወገኖች በዋና ከተማው ተገናኙ። ስምምነቱ ተፈርሟል።",
    "Devanagari": "दोनों पक्ष राजधानी में मिले। समझौते पर हस्ताक्षर हुए।",
    "Bengali": "দুই পক্ষ রাজধানীতে মিলিত হয়েছে। চুক্তি স্বাক্ষরিত হয়েছে।",
    "Gurmukhi": "ਦੋਵੇਂ ਧਿਰਾਂ ਰਾਜਧਾਨੀ ਵਿੱਚ ਮਿਲੀਆਂ। ਸਮਝੌਤੇ ਤੇ ਦਸਤਖਤ ਹੋਏ।",
    "Gujarati": "બંને પક્ષો રાજધાનીમાં મળ્યા. કરાર પર સહી થઈ.",
    "Tamil": "இரு தரப்பினரும் தலைநகரில் சந்தித்தனர். ஒப்பந்தம் கையெழுத்தானது.",
    "Telugu": "ఇరు పక్షాలు రాజధానిలో కలిశాయి. ఒప్పందంపై సంతకాలు జరిగాయి.",
    "Kannada": "ಎರಡೂ ಕಡೆಯವರು ರಾಜಧಾನಿಯಲ್ಲಿ ಭೇಟಿಯಾದರು. ಒಪ್ಪಂದಕ್ಕೆ ಸಹಿ ಹಾಕಲಾಯಿತು.",
    "Malayalam": "ഇരുപക്ഷവും തലസ്ഥാനത്ത് കണ്ടുമുട്ടി. കരാർ ഒപ്പിട്ടു.",
    "Sinhala": "දෙපාර්ශ්වය අගනුවරදී හමු විය. ගිවිසුම අත්සන් කරන ලදී.",
    "Thai": "ทั้งสองฝ่ายพบกันที่เมืองหลวง และลงนามในข้อตกลงเมื่อวันที่ ๘ พฤษภาคม",
    "Lao": "ທັງສອງຝ່າຍໄດ້ພົບກັນຢູ່ນະຄອນຫຼວງ ແລະ ລົງນາມໃນຂໍ້ຕົກລົງ",
    "Khmer": "ភាគីទាំងពីរបានជួបគ្នានៅរដ្ឋធានី។ កិច្ចព្រមព្រៀងត្រូវបានចុះហត្ថលេខា។",
    "Burmese": "နှစ်ဖက်စလုံး မြို့တော်တွင် တွေ့ဆုံခဲ့ကြသည်။ သဘောတူညီချက်ကို လက်မှတ်ရေးထိုးခဲ့သည်။",
    "Tibetan": "ཕྱོགས་གཉིས་རྒྱལ་ས་རུ་ཐུག་འཕྲད་བྱས། གྲོས་མཐུན་ལ་མིང་རྟགས་བཀོད།",
    "Han": "双方在首都会面。协议已经签署！费用是三百五十万元吗？",
    "Han, traditional": "雙方在首都會面。協議已經簽署，全長１５００公里。",
    "Japanese": "両者は首都で会談した。合意書に署名しましたか？ﾊｲ、署名済みです。",
    "Hangul": "양측은 수도에서 만났다. 협정에 서명했다고 밝혔다.",
    "Emoji": "Signed 🤝🏽 today 👩‍👩‍👧‍👦! Flags: 🇳🇪🇳🇬. Done ✅️",
    "Combining marks": (
        "Cafe\u0301 A\u030angstro\u0308m s\u0323\u0307 e\u0301\u0302 \u1100\u1161\u11a8 \u0644\u064e\u0651 \u0644\u0651\u064e."
    ),
    "Compatibility forms": "ﬁne ½ ① ㎞ Ⅷ ＡＢＣ ﷺ ﻻ ﻟﻠﻪ 𝐛𝐨𝐥𝐝 ｶﾞ ℃ ™ … \u00a0\u2003\u3000wide",
    "Line ends": "One line.\r\nAnother line.\r\n\r\nA paragraph.\rOld Mac.\u2028Separator.\tTab.",
}

MARKS = " .,()[]\"“”„«»'’-–!?…\n\t"

texts = st.one_of(
    st.sampled_from([*SCRIPTS.values(), "", " ", "\n\n", ".", "x", "字", "é", "🤝🏽", "\u0301", "…", "( )", '""', "ﷺ"]),
    st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
    st.text(alphabet="ab5é\u0301🤝\u200d字" + MARKS, max_size=60),
    st.lists(st.sampled_from(sorted(SCRIPTS.values())), max_size=12).map(" ".join),
)
