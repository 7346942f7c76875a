"""Tables for `breaks`: words of European languages that stay with their neighbours or belong at the start of a line."""

from __future__ import annotations

from video_pipeline.subtitles.syntax import Spaced, graded, words

_TO_BE = (
    "est sont était étaient c'est sera suis es fut ist sind war waren bin bist son era eran fue fueron eres soy estoy está están"
    " è sono erano são foi eram is was zijn waren"
)
_AUXILIARIES = (
    "a ai as ont avait avaient avons avez peut peuvent peux pouvons pouvez doit doivent devons dois va vont vais allons allez"
    " fait hat haben habe hatte hatten kann können konnte muss müssen musste will wollen wollte soll sollte wird werden wurde"
    " wurden würde ha han había habían puede pueden puedo debe deben hay va van ha hanno aveva può possono deve devono tem têm"
    " pode podem heeft hebben had kan kunnen moet moeten wil zal zullen"
)

# Function words of French, German, Spanish, Italian, Portuguese and Dutch, valued like those of English. A word that is several
# things in one language or another has the worse value.
EUROPEAN = Spaced(
    holds=words(
        "le la les un une mon ton son ma ta sa mes tes ses notre votre nos vos leurs cet cette ces chaque quelques"
        " m. mme der das den dem ein eine einen einem einer eines mein meine meinen meiner dein deine sein seine"
        " seinen ihr ihre ihren unser unsere diese dieser dieses diesem diesen jeder jede jedes kein keine keinen"
        " herr frau die el los las una unos unas mi tu su mis tus sus nuestro nuestra este esta estos estas ese esa cada"
        " algún sr. sra. il lo gli uno i mio mia suo sua nostro nostra questo questa questi queste ogni o os as um"
        " uma meu minha seu sua nosso nossa ne se het een mijn jouw zijn haar ons onze deze dit"
        " г-н г-жа д-р n° nº nr. s. p. art. kl. kap."
    ),
    numbers=words(
        "deux trois quatre cinq sept huit neuf dix vingt trente cent cents mille zwei drei vier fünf sechs sieben"
        " acht neun zehn hundert tausend dos tres cuatro cinco seis siete ocho nueve diez cien mil due tre quattro"
        " cinque sei sette otto nove dieci cento"
    ),
    ending=graded(
        [
            (f"{_TO_BE} {_AUXILIARIES}", 0.5),
            (
                "ne pas très plus aussi tout trop si nicht sehr so auch nur no muy más non molto più não muito mais niet heel",
                0.4,
            ),
            (
                "je tu nous vous ils elles on j'ai c'est ich du er sie wir ihr es yo él ella ellos io lui lei loro noi eu"
                " ele ela ik jij me te sich mich dich",
                0.7,
            ),
            (
                "à de du des au aux en dans par pour sur avec sans sous chez vers entre depuis contre d' l' mit von"
                " zu zum zur im in am an auf aus bei für nach über unter vor durch gegen ohne um a con por para sin"
                " sobre entre hasta desde del al di da per tra fra su nel nella del della dei com em no na do da dos"
                " das pelo pela met van voor bij op uit naar",
                0.8,
            ),
            ("ce", 1.4),
            (
                "que qui et ou mais donc car quand comme dont où dass und oder aber wenn weil y o pero e ma che en of maar dat",
                0.8,
            ),
        ]
    ),
    starting=graded(
        [
            ("que qui qu'il qu'elle qu'on qu'ils quand comme parce dont où pourquoi lorsque puisque si", -0.9),
            ("et mais ou donc car puis und aber oder sondern denn dass weil wenn als ob damit obwohl während bis", -0.9),
            (
                "y pero sino porque cuando como aunque donde quien e ma perché quando se come dove che porque mas quando",
                -0.9,
            ),
            ("en maar dat omdat als want terwijl", -0.5),
            ("pour sans avec dans sur par chez vers entre depuis contre sous après avant pendant", -0.7),
            ("mit von zu zum zur im in am an auf aus bei für nach über unter vor durch gegen ohne um", -0.7),
            ("para con sin por sobre entre hasta desde per con senza tra da com sem em met van voor zonder", -0.7),
            ("à de du des au aux di del della do da", -0.45),
            (f"{_TO_BE} {_AUXILIARIES}", -0.35),
            ("d' l'", -0.45),
            ("qu' lorsqu' puisqu' quoiqu' jusqu'", -0.9),
            ("j' c' n' s' m' t'", -0.5),
            ("pas nicht", 0.6),
            ("je nous ils elles on j'ai c'est il elle ich wir er sie du yo él ella io noi eu nós ik wij", -0.5),
            ("le la les un une mon ton son der die das den ein eine el los las una il lo gli os uma het een", -0.45),
        ]
    ),
    describes=("lich",),
    short=3,
)
