//! Stop words: the words of a language that say nothing about what a text is about.

/// Two-letter language and its stop words, divided by white space, lower case.
pub(super) const STOP_WORDS: &[(&str, &str)] = &[
    ("en", ENGLISH),
    ("de", GERMAN),
    ("fr", FRENCH),
    ("es", SPANISH),
    ("pt", PORTUGUESE),
    ("it", ITALIAN),
    ("nl", DUTCH),
];

const ENGLISH: &str = "
a about above across after again against all almost alone along already also although always am
among an and another any anybody anyone anything are aren't around as at away back be became
because become becomes been before behind being below between both but by came can can't cannot
come comes could couldn't d did didn't do does doesn't doing don't done down during each either
else enough etc even ever every everybody everyone everything far few for from further gave get
gets getting give given gives go goes going gone got had hadn't has hasn't have haven't having he
he'd he'll he's her here here's hers herself him himself his how however i i'd i'll i'm i've if in
indeed instead into is isn't it it'd it'll it's its itself just keep kept last later least less
let let's like ll m made make makes making many may maybe me might mine more moreover most mostly
mr mrs ms much must mustn't my myself near nearly neither never nevertheless new next no nobody
none nor not nothing now o of off often on once one one's only onto or other others otherwise our
ours ourselves out over own per perhaps put quite rather re really s said same saw say saying says
see seem seemed seems seen several shall shan't she she'd she'll she's should shouldn't since so
some somebody someone something sometimes soon still such t take taken takes tell than that that's
the their theirs them themselves then there there's therefore these they they'd they'll they're
they've thing things this those though three through throughout thus to today together told too
took toward towards two under until up upon us use used using ve very via want wants was wasn't
way we we'd we'll we're we've well went were weren't what what's whatever when when's where
where's whether which while who who's whoever whole whom whose why will with within without won't
would wouldn't year years yes yesterday yet you you'd you'll you're you've your yours yourself
yourselves";

const GERMAN: &str = "
ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch
auf aus außerdem bei beim bereits bin bis bisher bist da dabei dadurch dafür dagegen daher dahin
damit danach daneben dann daran darauf daraus darf darin darüber darum davon davor dazu dein deine
dem den denen denn dennoch der deren derer des deshalb dessen dich die dies diese dieselbe diesem
diesen dieser dieses dir doch dort du durch dürfen ebenso eigenen ein eine einem einen einer eines
einige einigen einiger einiges einmal erst erste ersten es etwa etwas euch euer eure für ganz gar
gegen gegenüber geht gibt ging habe haben hat hatte hatten hätte hätten her heute hier hin hinter
ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem ins ist ja jahr jahre jahren
je jede jedem jeden jeder jedes jedoch jene jenem jenen jener jenes jetzt kann kein keine keinem
keinen keiner können könnte könnten machen macht mal man manche mehr mein meine meinem meinen
meiner mich mir mit mittlerweile muss müssen musste müsste nach nachdem nahm neue neuen neuer
neues nicht nichts noch nun nur ob obwohl oder ohne sagt sagte schon sei seien sein seine seinem
seinen seiner seines seit seitdem selbst sich sie sind so sogar solche soll sollen sollte sollten
sondern sonst soweit sowie sowohl statt trotz über um und uns unser unsere unter viel viele vielen
vom von vor wann war waren warum was wegen weil weiter weitere weiteren welche welchem welchen
welcher welches wenig weniger wenn wer werde werden weshalb wie wieder will wir wird wo wobei
wohl wollen wollte worden wurde wurden würde würden während zu zudem zum zur zwar zwei zwischen";

const FRENCH: &str = "
à afin ai aient ainsi ait alors après as au aucun aucune aujourd'hui aura aurait auront aussi
autour autre autres aux avaient avait avant avec avez avoir avons ayant beaucoup bien c car ce
ceci cela celle celles celui cependant certain certaines certains ces cet cette ceux chaque chez
ci comme comment contre d dans de dedans dehors déjà depuis dernier dernière derniers des dès deux
devant doit doivent donc dont du durant elle elles en encore enfin entre envers es est et étaient
était étant été être eu eux fait faire fois font furent fut hors hui il ils j je jusqu jusque l la
là laquelle le lequel les lesquels leur leurs lors lorsqu lorsque lui m ma mais malgré me même
mêmes mes moi moins mon n ne ni nos notamment notre nous on ont ou où oui par parce parmi pas
pendant peu peut peuvent plus plusieurs plutôt pour pourquoi pourrait pourtant près pu puis
puisque qu quand que quel quelle quelles quelque quelques quels qui quoi s sa sans sauf se selon
sera serait seront ses seulement si sien soit son sont sous souvent suis sur t ta tandis tant te
tel telle telles tels tes toi ton toujours tous tout toute toutes très trop tu un une va vers
voici voilà vos votre vous y an ans année années dit nouveau nouvelle";

const SPANISH: &str = "
a acá además ahora al algo alguna algunas alguno algunos allá allí ambos ante anterior antes año
años aquel aquella aquellas aquello aquellos aquí así aun aún aunque bajo bien cada casi como cómo
con contra cosas cual cuál cuales cualquier cuando cuándo cuanto cuatro cuyo cuya da dado de debe
deben debido decir dejó del demás dentro desde después dice dicen dicho dijo donde dónde dos
durante e el él ella ellas ello ellos en encima entonces entre era eran eres es esa esas ese eso
esos esta está estaba estaban estamos están estar estas este esto estos estoy fin fue fueron fuera
gran grandes ha había habían haber hace hacen hacer hacia han hasta hay he hecho hemos hizo hoy
incluso junto la lado las le les lo los luego más me mediante mejor menos mi mí mientras mis misma
mismas mismo mismos mucha muchas mucho muchos muy nada ni ningún ninguna no nos nosotros nuestra
nuestras nuestro nuestros nueva nuevas nuevo nuevos nunca o os otra otras otro otros para parece
parte pero poca pocas poco pocos podrá podría por porque posible primer primera primero pues puede
pueden qué que quien quién quienes sea sean según segundo ser será serán sería si sí sido siempre
siendo sin sino sobre sola solamente solo sólo son soy su sus suya suyo tal también tampoco tan
tanto te tendrá tenemos tener tenía tengo ti tiene tienen toda todas todavía todo todos tras tres
tu tú tus tuvo última últimas último últimos un una unas uno unos usted ustedes va vamos van varias
varios veces ver vez y ya yo";

const PORTUGUESE: &str = "
a à agora ainda além algo alguém algum alguma algumas alguns ali ambos ano anos antes ao aos apenas
apesar após aquela aquelas aquele aqueles aqui aquilo as às assim até atrás através bem cada cá
coisa com como contra cuja cujo da dá daquela daquele dar das de debaixo dela delas dele deles
demais depois desde dessa desse desta deste deve devem dia disse diz dizer do dois dos duas durante
e é ela elas ele eles em embora enquanto então entre era eram essa essas esse esses esta está
estamos estão estar estas estava estavam este esteve estes eu faz fazer fez ficou foi for foram
fosse fora grande há hoje isso isto já la lá lhe lhes lo logo mais mas me meio mesma mesmo meu meus
minha minhas muita muitas muito muitos na nada não nas nem nenhum nenhuma nessa nesse nesta neste
no nos nós nossa nossas nosso nossos nova novas novo novos num numa nunca o onde ontem os ou outra
outras outro outros para parte pela pelas pelo pelos pequena pequeno perante pode podem poderá
poderia pois por porque porquê portanto pouca pouco poucos primeira primeiro própria próprio quais
qual quando quanto quase quatro que quê quem quer se segundo seja sejam sem sempre sendo ser será
serão seria seu seus si sido só sob sobre sua suas tal também tão tem têm tempo tendo tenha ter
terá teu teve ti tido tinha tinham toda todas todavia todo todos três tu tua tudo última último um
uma umas uns vai vários vem vez vezes você vocês vos";

const ITALIAN: &str = "
a abbastanza accanto ad adesso affinché agli ai al alcuna alcune alcuni alcuno alla alle allo
allora almeno altra altre altri altro anche ancora anni anno anzi appena aveva avevano avere avrà
avrebbe bene c che chi ci cioè circa coi col come comunque con contro cosa così cui d da dagli dai
dal dalla dalle dallo davanti degli dei del dell della delle dello dentro detto deve di dice dietro
dopo dove dovrebbe due dunque durante e è ebbe ecco ed era erano essere fa fare fatto fino forse
fra fu fuori furono gli già grande grandi ha hanno ho i ieri il in infatti insieme intanto intorno
invece io l la là le lei li lì lo loro lui lungo ma mai me meglio meno mentre mi mia mie miei mio
modo molta molte molti molto ne né negli nei nel nell nella nelle nello nemmeno neppure nessun
nessuna nessuno niente no noi non nostra nostre nostri nostro nulla nuova nuove nuovi nuovo o oggi
ogni oltre oppure ora ormai parte per perché perciò però più po poca poche pochi poco poi prima
primo proprio può pure qual quale quali qualche quando quanta quante quanti quanto quasi quattro
quel quell quella quelle quelli quello questa queste questi questo qui quindi sarà saranno sarebbe
se sé secondo sei sempre senza si sì sia siamo siano siete solo sono sopra sotto sta stata state
stati stato stessa stesso su sua subito sue sugli sui sul sulla sulle sullo suo suoi tale tanta
tanto te ti tra tre tu tua tutta tuttavia tutte tutti tutto ultima ultimo un una uno va vi via voi
volta volte vostra vostro";

const DUTCH: &str = "
aan aangezien achter af al alle alleen alles als altijd ander andere anderen anders beetje ben
beide bij binnen bijna buiten daar daarbij daardoor daarna daarom daarvan dan dat de den der deze
die dit doch doen door dus echter een eens eerst eerste eigen en enkele er erg ergens ervan even
gaan gaat ge geen gemaakt geweest ging goed had hadden haar heb hebben heeft hem hen het hier hij
hoe hoewel hun ieder iedere iedereen iemand iets ik in is ja jaar jaren je jij jou jouw jullie kan
kon konden kunnen kwam laat laatste later maar maken me mee meer meest men mensen met mij mijn
minder moest moet moeten mogen na naar nadat niemand niet niets nieuwe nieuw nog nooit nu of om
omdat onder ongeveer ons onze ook op opnieuw over pas per sinds snel sommige soms steeds te tegen
ten ter terug terwijl tijdens toch toen tot tussen twee u uit uw vaak van vanaf vandaag vanuit
vanwege veel verder vol volgens voor vooral vorig vorige waar waarbij waardoor waarin waarom wanneer
want waren was wat we weer wel welke wellicht werd werden wie wij wil wilde willen worden wordt
zal ze zei zeer zegt zelf zich zij zijn zo zoals zonder zou zouden zowel zullen";
