"""Everyday sentences in languages that eSpeak NG can speak, written for this project, by the name of the voice."""

TEXTS = {
    "de": "Guten Morgen, heute sprechen wir über die neue Brücke in unserer Stadt. Viele Leute warten schon lange auf sie.",
    "fr": "Bonjour à tous, aujourd'hui nous parlons du nouveau pont de notre ville. Beaucoup de gens l'attendent"
    " depuis longtemps.",
    "es": "Buenos días a todos, hoy hablamos del nuevo puente de nuestra ciudad. Mucha gente lo espera desde hace años.",
    "it": "Buongiorno a tutti, oggi parliamo del nuovo ponte della nostra città. Molte persone lo aspettano da anni.",
    "pt": "Bom dia a todos, hoje falamos da nova ponte da nossa cidade. Muita gente espera por ela há anos.",
    "nl": "Goedemorgen allemaal, vandaag praten we over de nieuwe brug in onze stad. Veel mensen wachten er al jaren op.",
    "sv": "God morgon, i dag talar vi om den nya bron i vår stad. Många människor har väntat länge på den.",
    "pl": "Dzień dobry, dzisiaj mówimy o nowym moście w naszym mieście. Wielu ludzi czeka na niego od lat.",
    "ru": "Доброе утро, сегодня мы говорим о новом мосте в нашем городе. Многие люди ждут его уже много лет.",
    "tr": "Günaydın, bugün şehrimizdeki yeni köprü hakkında konuşuyoruz. Birçok insan onu yıllardır bekliyor.",
    "hi": "नमस्ते, आज हम अपने शहर के नए पुल के बारे में बात करते हैं। बहुत से लोग कई सालों से इसका इंतज़ार कर रहे हैं।",
    "id": "Selamat pagi, hari ini kita berbicara tentang jembatan baru di kota kita. Banyak orang sudah lama menunggunya.",
    "vi": "Xin chào, hôm nay chúng ta nói về cây cầu mới trong thành phố. Nhiều người đã chờ nó từ lâu.",
    "ko": "안녕하세요, 오늘은 우리 도시의 새 다리에 대해 이야기합니다. 많은 사람들이 오랫동안 기다렸습니다.",
    "ja": "おはようございます、きょうはこのまちのあたらしいはしについてはなします。たくさんのひとがながいあいだまっていました。",
    "ar": "صباح الخير، اليوم نتحدث عن الجسر الجديد في مدينتنا. كثير من الناس ينتظرونه منذ سنوات.",
    "yue": "大家早晨，今日我哋講下城市入面嘅新橋。好多人等咗好多年。",
}
