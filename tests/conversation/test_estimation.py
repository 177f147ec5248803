import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation.estimation import estimate
from playground.conversation.llama3 import Tokenizer

TEXTS = {
    "English": "When the storm had passed, the old keeper climbed the stairs of the lighthouse once more and cleaned "
    "the great lens. Nobody had thanked him in thirty years, and he did not mind: ships came home.",
    "German": "Nachdem der Sturm vorüber war, stieg der alte Leuchtturmwärter noch einmal die Treppe hinauf und putzte "
    "die große Linse. Dreißig Jahre lang hatte ihm niemand gedankt, aber das störte ihn nicht.",
    "French": "Quand la tempête fut passée, le vieux gardien remonta au phare et nettoya la grande lentille. "
    "Personne ne l'avait remercié en trente ans, mais cela ne le gênait pas.",
    "Spanish": "Cuando pasó la tormenta, el viejo guardián subió otra vez la escalera del faro y limpió la gran lente. "
    "Nadie le había dado las gracias en treinta años, pero no le importaba.",
    "Dutch": "Toen de storm voorbij was, klom de oude wachter nog eens de trap op en poetste hij de grote "
    "lens. Niemand had hem in dertig jaar bedankt, maar dat vond hij niet erg.",
    "Czech": "Když bouře přešla, vystoupal starý strážce ještě jednou po schodech majáku a vyčistil velkou čočku. "
    "Třicet let mu nikdo nepoděkoval, ale nevadilo mu to.",
    "Russian": "Когда буря прошла, старый смотритель снова поднялся по лестнице маяка и протёр большую линзу. "
    "За тридцать лет никто не сказал ему спасибо, но он не обижался.",
    "Greek": "Όταν πέρασε η καταιγίδα, ο γέρος φύλακας ανέβηκε ξανά τη σκάλα του φάρου και καθάρισε τον μεγάλο φακό.",
    "Arabic": "عندما مرت العاصفة صعد الحارس العجوز درج المنارة مرة أخرى ونظف العدسة الكبيرة.",
    "Hebrew": "כשהסערה חלפה עלה השומר הזקן שוב במדרגות המגדלור וניקה את העדשה הגדולה. איש לא הודה לו שלושים שנה.",
    "Hindi": "तूफ़ान गुज़र जाने के बाद बूढ़ा रखवाला फिर से सीढ़ियाँ चढ़ा और उसने बड़ा शीशा साफ़ किया।",
    "Thai": "เมื่อพายุผ่านไป ผู้เฝ้าประภาคารชราก็ปีนบันไดขึ้นไปอีกครั้งและทำความสะอาดเลนส์ใหญ่",
    "Vietnamese": "Khi cơn bão qua đi, người gác hải đăng già lại leo lên cầu thang và lau chùi tấm kính lớn.",
    "Chinese": "暴风雨过后，老守塔人又一次爬上灯塔的楼梯，擦拭那面巨大的透镜。三十年来没有人感谢过他，但他并不在意。",
    "Japanese": "嵐が過ぎると、年老いた灯台守はもう一度階段を上り、大きなレンズを磨いた。",
    "Korean": "폭풍이 지나가자 늙은 등대지기는 다시 한번 계단을 올라가 커다란 렌즈를 닦았다. 아무도 고마워하지 않았다.",
    "emoji": "Storm is over 🌊⛈️ lighthouse is fine 🎉🎉🎉 thanks everybody 👍🏽👩‍🚀 see you soon ❤️🔥",
    "Python": "class Stack(Generic[T]):\n    def __init__(self) -> None:\n        self._items: list[T] = []\n\n"
    "    def push(self, item: T) -> None:\n        self._items.append(item)\n\n    def pop(self) -> T:\n"
    "        if not self._items:\n            raise IndexError('empty')\n        return self._items.pop()\n",
    "JavaScript": "async function load(url) {\n  const response = await fetch(url, { headers: {} });\n"
    "  if (!response.ok) throw new Error(`HTTP ${response.status}`);\n  return response.json();\n}\n",
    "SQL": "SELECT c.name, COUNT(o.id) AS orders FROM customers c LEFT JOIN orders o ON o.customer_id = c.id\n"
    "WHERE o.created_at >= '2026-01-01' GROUP BY c.name HAVING COUNT(o.id) > 3 ORDER BY orders DESC LIMIT 10;",
    "JSON": '{"name": "Ada", "age": 36, "address": {"city": "London", "zip": "W1"}, "ok": true}',
    "table": "| Model | Price | Context |\n|---|---:|---:|\n| gpt-oss-20b | $0.20 | 128,000 |\n",
    "formula": r"The solutions are $x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$ when $a \neq 0$, $b^2 \geq 4ac$.",
}


@pytest.fixture(scope="module")
def llama(model_data_dir: Path) -> Tokenizer:
    return Tokenizer(model_data_dir / "tokenizers" / "llama-3.model")


@pytest.mark.model
@pytest.mark.parametrize("name", TEXTS)
def test_within_thirty_percent_of_llama_3(llama: Tokenizer, name: str) -> None:
    assert estimate(TEXTS[name]) == pytest.approx(llama.count(TEXTS[name]), rel=0.3)


@pytest.mark.model
def test_on_average_within_a_tenth(llama: Tokenizer) -> None:
    errors = [abs(estimate(text) / llama.count(text) - 1) for text in TEXTS.values()]
    assert sum(errors) / len(errors) < 0.12


def test_nothing_is_nothing_and_anything_is_something() -> None:
    assert estimate("") == 0
    assert estimate(" ") == estimate("a") == 1


@given(st.text())
def test_every_text_has_a_number(text: str) -> None:
    assert (estimate(text) == 0) == (text == "")


def test_a_long_text_is_judged_by_samples() -> None:
    text = TEXTS["English"] + "\n"
    whole = estimate(text * 200) * 50
    started = time.perf_counter()
    assert estimate(text * 10_000) == pytest.approx(whole, rel=0.05)
    assert time.perf_counter() - started < 1
