import pytest

from proxy.config import Application, Department, Listener, Organisation, Recognise, ToolPolicy
from proxy.identity import Directory, Identity, listener_of

CLIENT = "127.0.0.1"
SOCKET = ("127.0.0.1", 8080)
OTHER_SOCKET = ("127.0.0.1", 8090)

ORGANISATION = Organisation(
    departments=(
        Department(name="urbanisme", networks=("10.1.0.0/16", "2001:db8:1::/48")),
        Department(name="permis", networks=("10.1.2.0/24",), observe="counts"),
        Department(name="ecoles", credentials=("agent-ecoles",)),
        Department(name="salle-machines", listeners=("127.0.0.1:8090",)),
    ),
    applications=(
        Application(
            name="chatbot",
            department="accueil",
            faces="resident",
            recognise=Recognise(networks=("10.9.0.0/16",), user_agent="Chatbot/"),
        ),
        Application(name="courrier", faces="agent", recognise=Recognise(credential="app-courrier")),
        Application(
            name="passerelle",
            faces="resident",
            recognise=Recognise(listener="127.0.0.1:8090", networks=("10.8.0.0/16",)),
        ),
        Application(name="fantome", faces="resident"),
    ),
    tools=(
        ToolPolicy(tool="albert-api", sanction="sanctioned"),
        ToolPolicy(tool="chatgpt", sanction="forbidden", observe="counts"),
        ToolPolicy(tool="le-chat", observe="words"),
    ),
    proxies=("10.1.0.250/32",),
)
LISTENERS = (Listener(), Listener(listen="127.0.0.1:8090"))


@pytest.fixture
def directory() -> Directory:
    return Directory(ORGANISATION, listeners=LISTENERS)


def whose(
    directory: Directory,
    address: str = CLIENT,
    socket: tuple[str, int] = SOCKET,
    user: str | None = None,
    agent: str = "",
) -> Identity:
    return directory.identify(directory.place(address, socket), user, agent)


def test_nobody_is_known_without_a_rule() -> None:
    identity = whose(Directory(Organisation()))
    assert identity == Identity("unknown", None, "undeclared", keep_words=True)


@pytest.mark.parametrize(
    ("address", "department"),
    [
        ("10.1.9.9", "urbanisme"),
        ("::ffff:10.1.9.9", "urbanisme"),
        ("2001:db8:1::5", "urbanisme"),
        ("10.1.2.9", "permis"),
        ("10.2.0.1", "unknown"),
    ],
)
def test_department_by_network(directory: Directory, address: str, department: str) -> None:
    assert whose(directory, address).department == department


def test_a_credential_outranks_listener_and_network(directory: Directory) -> None:
    known = whose(directory, "10.1.2.9", OTHER_SOCKET, user="agent-ecoles")
    assert known.department == "ecoles"
    assert known.keep_words  # the department's own choice, not that of its network


def test_a_listener_outranks_the_network(directory: Directory) -> None:
    assert whose(directory, "10.1.2.9", OTHER_SOCKET).department == "salle-machines"


def test_an_unknown_credential_changes_nothing(directory: Directory) -> None:
    assert whose(directory, "10.1.9.9", user="somebody").department == "urbanisme"


def test_a_listener_names_its_department_itself() -> None:
    listeners = (Listener(listen="127.0.0.1:8080", department="mediatheque"),)
    directory = Directory(Organisation(), listeners=listeners)
    assert whose(directory).department == "mediatheque"


def test_every_key_of_an_application_must_match(directory: Directory) -> None:
    agent = "python Chatbot/2.1"
    chatbot = whose(directory, "10.9.1.1", agent=agent)
    assert (chatbot.application, chatbot.department, chatbot.faces) == (
        "chatbot",
        "accueil",
        "resident",
    )
    assert whose(directory, "10.9.1.1", agent="curl/8").application is None
    assert whose(directory, "10.7.1.1", agent=agent).application is None


def test_an_application_without_a_department_takes_that_of_its_request(
    directory: Directory,
) -> None:
    courrier = whose(directory, "10.1.9.9", user="app-courrier")
    assert (courrier.application, courrier.department, courrier.faces) == (
        "courrier",
        "urbanisme",
        "agent",
    )


def test_an_application_known_by_its_connection_alone(directory: Directory) -> None:
    place = directory.place("10.8.0.1", OTHER_SOCKET)
    assert place.identity.application == "passerelle"
    assert whose(directory, "10.8.0.1", SOCKET).application is None
    # A credential still tells the department, and leaves the application.
    known = whose(directory, "10.8.0.1", OTHER_SOCKET, user="agent-ecoles")
    assert (known.application, known.department) == ("passerelle", "ecoles")


def test_the_first_application_of_the_file_wins() -> None:
    organisation = Organisation(
        applications=(
            Application(name="narrow", recognise=Recognise(user_agent="curl")),
            Application(name="wide", recognise=Recognise(networks=("127.0.0.0/8",))),
            Application(name="late", recognise=Recognise(user_agent="curl")),
        )
    )
    directory = Directory(organisation)
    assert whose(directory, agent="curl/8").application == "narrow"
    assert whose(directory, agent="wget").application == "wide"


def test_an_application_that_names_nothing_is_never_recognised(directory: Directory) -> None:
    assert whose(directory).application is None
    assert directory.place(CLIENT, SOCKET).candidates == directory._applications[1][:1]


def test_sanctions(directory: Directory) -> None:
    assert [directory.sanction(t) for t in ("albert-api", "chatgpt", "le-chat", "claude")] == [
        "sanctioned",
        "forbidden",
        "unknown",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("observe", "address", "tool", "kept"),
    [
        ("words", "10.1.9.9", "albert-api", True),
        ("words", "10.1.2.9", "albert-api", False),  # the department said counts
        ("words", "10.1.9.9", "chatgpt", False),  # the tool said counts
        ("counts", "10.1.9.9", "albert-api", False),
        ("counts", "10.1.9.9", "le-chat", False),  # a tool cannot take a counts away
    ],
)
def test_words_are_kept_only_when_nobody_said_counts(
    observe: str, address: str, tool: str, *, kept: bool
) -> None:
    directory = Directory(ORGANISATION, observe="counts" if observe == "counts" else "words")
    assert directory.keeps_words(whose(directory, address), tool) is kept


def test_a_department_may_ask_for_words_where_counts_are_the_rule() -> None:
    organisation = Organisation(
        departments=(Department(name="dsi", networks=("10.0.0.0/8",), observe="words"),)
    )
    directory = Directory(organisation, observe="counts")
    assert whose(directory, "10.0.0.1").keep_words
    assert not whose(directory, "11.0.0.1").keep_words


def test_declared_proxies(directory: Directory) -> None:
    assert directory.is_proxy("10.1.0.250")
    assert not directory.is_proxy("10.1.0.251")
    assert not directory.is_proxy("nonsense")


@pytest.mark.parametrize(
    ("listens", "socket", "found"),
    [
        (("127.0.0.1:8080", "127.0.0.1:8090"), ("127.0.0.1", 8090), "127.0.0.1:8090"),
        (("0.0.0.0:8080",), ("10.0.0.5", 8080), "0.0.0.0:8080"),
        (("0.0.0.0:8080", "10.0.0.5:8080"), ("10.0.0.5", 8080), "10.0.0.5:8080"),
        (("[::]:8080",), ("2001:db8::5", 8080), "[::]:8080"),
        (("[::1]:8080",), ("::1", 8080), "[::1]:8080"),
        (("localhost:8080",), ("::1", 8080), "localhost:8080"),
        (("127.0.0.1:8080",), ("127.0.0.1", 8081), None),
        (("127.0.0.2:8080",), ("127.0.0.1", 8080), None),
        ((), ("127.0.0.1", 8080), None),
    ],
)
def test_listener_of(listens: tuple[str, ...], socket: tuple[str, int], found: str | None) -> None:
    listener = listener_of((Listener(listen=text) for text in listens), socket)
    assert (listener.listen if listener else None) == found


def test_a_network_that_is_none_is_refused() -> None:
    organisation = Organisation(departments=(Department(name="x", networks=("10.0.0.0/40",)),))
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/40"):
        Directory(organisation)


def test_thirty_departments_cost_a_look_up_each_not_a_scan() -> None:
    departments = tuple(
        Department(name=f"service-{n}", networks=(f"10.{n}.0.0/16", f"172.16.{n}.0/24"))
        for n in range(30)
    )
    directory = Directory(Organisation(departments=departments))
    assert len(directory._networks._tables) == 2
    assert whose(directory, "10.29.1.1").department == "service-29"
    assert whose(directory, "172.16.7.1").department == "service-7"
