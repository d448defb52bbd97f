"""Given names and surnames of the world: in Latin letters from Faker's locales, in katakana from Sudachi."""
import ast
import re
import unicodedata
import zipfile

# Letters that do not fall into a base and a sign.
FOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
LATIN = re.compile("[a-z]{3,15}")
KATAKANA = re.compile("[ァ-ヴー]{3,10}")

# What Faker has in other letters only or not at all: Nepal, India, Sri Lanka, Bangladesh, Myanmar, Thailand, Vietnam, Korea, Mongolia, the
# Philippines, Indonesia, China.
MORE_GIVEN = set("""
aarav abhishek aditya ajay akash alok amit amrita anand anil anita anjali ankit anup anusha aravind arjun aruna asha ashok ayush babita bhavna bibek
bikash bikram bimala binod binita bishal bishnu chandra deepa deepak devi dhan dinesh dipak divya durga ganesh gaurav gita gopal govinda hari harish
hemant indira ishwar jagdish jyoti kabita kamal kamala karan karthik kavita keshav kiran kishor krishna kumari lakshmi lalita laxmi madhav mahesh
manish manju manoj maya meena mina mohan mukesh nabin namrata narayan naresh neha nirmala nisha nitin pankaj pawan pooja prabin pradeep prakash
pramila prasad prashant pratik prem priya priyanka puja purna pushpa radha raghu rahul raj rajan rajesh rajendra rajiv raju rakesh ram rama ramesh
rashmi ravi rekha renu rohan rohit roshan sabina sabita sagar sandeep sandip sangita sanjay sanjeev santosh sarita saroj satish shankar shanti
sharmila shiva shivani shyam sita sneha srijana subash sudha sudhir sujata suman sumit sunil sunita suraj suresh surya sushil sushma swati uma umesh
usha uttam vijay vikas vikram vinay vinod vishnu yogesh
aung htet hnin khin kyaw mya myint nilar nway phyo sandar thandar thant thida thiha thuzar tint wai yadanar zaw zayar zin
apinya arthit chaiwat kanya kittipong malee nattapong niran nuttida pimchanok piyawat ploy prasert siriporn somchai somsak supaporn suthida wichai wanida
anh binh chau cuong dung giang hanh hieu hoa hong hung huong khanh khoa lan linh loan long mai minh ngoc nhung phong phuc phuong quang quynh son tam
thanh thao thi thuy tien trang trung tuan tuyen tung van viet vinh xuan yen
byung chul dong eun eunji ha haeun hye hyun hyejin jae jaehyun jeong ji jihoon jimin jin jisoo jiwoo joon jun jung kyung mi minho minji minjun sang seo seojun seoyeon
seung soo soojin su subin sung sunghoon woo yeon yong young yoon yuna yujin
batbayar bolormaa enkhbayar erdene ganbold gantulga munkh naran nergui oyun oyunchimeg sarnai temuulen tuya tsetseg bayarmaa
agus ahmad andi anisa ari ayu bambang budi citra dedi desi dewi dian dimas eka eko endang fajar fitri hendra indah irfan joko kartika lestari made nur nurul
putri putu rahmat rina rini rizky sari sri slamet sulastri sumarni teguh tri wahyu wati wawan wayan yanti yuli yusuf
angelica arnel bong christian danilo edgardo efren ernesto gerald jasmine jeric jerome jomar joy lito marilou maricel marites melchor nestor reynaldo rodel romeo ronaldo rowena
bowen chao cheng chenglong chunhua dan fang fei feng gang guang hai haoran haoyu hao hong hua hui jia jiahao jian jianguo jie jing jun kai lei liang lili ling
long meiling min ming mingyu na nan ning peng ping qian qiang qing rong rui shan shu tao ting wei weiting wen wenjie xia xiang xiao xiaoming xin xinyi xiu xue yan yang
yifan yichen ying yong yu yuan yue yun yuxuan zhen zhi zihan zixuan
""".split())
MORE_SURNAMES = set("""
acharya adhikari agarwal ahmed ali aryal bajracharya banerjee baral basnet bhandari bhatt bhattarai bhusal bista chaudhary chand chhetri dahal das desai devkota dhakal
dhungana gautam ghimire ghosh giri gupta gurung hossain islam iyer jain jha joshi kafle kandel karki karmakar kapoor khadka khan khanal kc koirala kumar lama limbu magar
maharjan malla mehta menon mishra mukherjee nair nepal neupane ojha oli pandey pandit panta parajuli patel paudel pillai pokharel poudel pradhan prajapati pun rai rana rao
rahman raut reddy regmi rijal roy sah saha shah shahi shakya sharma sherpa shrestha silwal singh sinha subedi tamang thakur thapa timalsina tiwari uddin verma yadav
perera fernando silva jayawardena wickramasinghe bandara dissanayake gunawardena herath kumara rajapaksa
nguyen tran pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh doan mai truong luong
kim lee park choi jung jeong kang cho yoon jang lim han shin seo kwon hwang ahn song hong yoo moon yang bae baek heo nam noh
wang zhang liu chen yang zhao huang zhou sun zhu lin guo gao luo zheng liang xie tang song deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu cheng ye su wei ding ren shen yao
lu fu zhong cui tan liao fan jin shi dai jia qin gu hou shao meng long wan duan qian tao yin
santos reyes cruz bautista garcia ocampo mendoza torres villanueva ramos aquino castillo flores delacruz dela domingo mercado salazar soriano tolentino valdez
rahmawati wijaya setiawan santoso saputra hidayat susanto kusuma nugroho siregar simanjuntak sihombing suryani utami wibowo kurniawan hartono gunawan halim tanjung
""".split())
# Words that no name begins a text with; those of sample texts are left out as well.
ORDINARY = set("""
african alpha american amber angel april arabic ash asian august aurora austin autumn avenue bank bay beach bell berry bishop blue bond book boston boy branch brand bridge
brook bush business cash castle center central chase check chief china city clay cliff cloud coin cook cooper copper corn cotton country crystal dale dean december delta
denver desert diamond dollar dragon drive duke earl east echo eden english era essence ethics euro event every fair fame farm fashion february fisher forest
fox france french frost game gate gem genesis georgia german gift gold golden grace grand grant gray grey guard guide harbor hardy hart haven hazel heart heath heaven
hero hill holiday holly home honey honor hunter ice indian ink iris island ivory ivy jade january jasmine jersey jet jewel journey joy judge july june jungle justice
kernel king kings knight lab lake lance land lane latin legend legacy liberty lily lion love luck lucky lung marina mark marsh mason master match mayor melody memory
mercy mercury message miles mill miller mint miracle mission monday moon morning moss music myth nation never new night nova november oasis ocean october olive only opal orchid
page paint palm paper paradise paris park patience pearl penny phoenix pike pilgrim pine plum poet point polish pond pope post praise pride prince princess
promise prosper prudence queen quest rain random ranger raven ray reed reef rhythm ridge ring rise river road robin romance rose royal ruby russian sage saint salt sand
sandy sapphire saturday savanna scarlet school science scout sea season september serenity shadow shell shore silver sky skip smart smith snow social solar sound south spanish spirit spark
stamp state steel stella stem sterling stone storm style sugar sun sunday sunny sunset swan swift table tax temple thai thunder tiger time token total tower town trace travel tree trinity truth
tuesday turkey turner twin union unity valley venus victory view village violet virginia vision war ward water wave wednesday weaver wells will wind window winter wise wolf wonder wood woods world wright year yes
zen zone data code form self term this that these those with from have your what when where which who how the and for you are not but all any our out his her its also into than then them they were was has had did does
java ruby perl swift scala julia dart django flask jenkins hudson travis maven kafka redis lambda delphi pascal ada elm crystal nim haskell erlang mocha chai karma jasmine
""".split())

# Lists of a locale that hold names; Japan's own are in other lists.
GIVEN, SURNAMES = re.compile("first|given"), re.compile("last|surname|family")
JAPAN = "ja_JP"


def lists(archives, sudachi):
    with zipfile.ZipFile(archives["faker"]) as archive:
        given, surnames = latin(archive)
        common = words(archive) | ORDINARY
    yield "world-given", (given | MORE_GIVEN) - common
    yield "world-surnames", (surnames | MORE_SURNAMES) - common
    yield "world-kana", foreign(sudachi)


def latin(archive):
    """Names of every locale, small letters without signs; what a locale writes in other letters falls away."""
    given, surnames = set(), set()
    for path in sorted(archive.namelist()):
        if "/providers/person/" not in path or not path.endswith(".py") or JAPAN in path:
            continue
        for name, strings in assigned(archive.read(path)):
            target = surnames if SURNAMES.search(name) else given if GIVEN.search(name) else set()
            target.update(filter(LATIN.fullmatch, map(folded, strings)))
    return given, surnames


def words(archive):
    """The ordinary English words that sample texts are made of."""
    (listed,) = [strings for name, strings in assigned(archive.read("faker/providers/lorem/en_US/__init__.py"))
                 if name == "word_list"]
    return {word.lower() for word in listed}


def assigned(source):
    """Every name that is assigned to, with the strings in its value."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            strings = [n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, strings


def folded(name):
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(FOLDED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def foreign(sudachi):
    """Persons' names in katakana that are neither surname nor given name of Japan, nor an ordinary word or a place."""
    persons, others = set(), set()
    for surface, part, _, _ in sudachi.words():
        if KATAKANA.fullmatch(surface):
            (persons if part[2:] == ("人名", "一般") else others).add(surface)
    return persons - others
