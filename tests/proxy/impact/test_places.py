"""Where requests ran: hints, defaults, alternatives, machines of one's own."""

from __future__ import annotations

import pytest
import yaml

from proxy.config import SHIPPED
from proxy.config import load as load_config
from proxy.exchange import Exchange
from proxy.impact import load_estimator
from proxy.impact.ecologits_data import mixes_document, read_mixes
from proxy.impact.figures import FactorError
from proxy.impact.places import OwnHost, Place
from proxy.providers import Catalogue
from proxy.wire.formats import FORMATS
from tests.support.impact import exchange, factors


def place(provider: str, region: str | None = None, model: str | None = None) -> Place:
    return factors().places.find(provider, region, model)


@pytest.mark.parametrize(
    ("provider", "region", "zones"),
    [
        ("azure-openai", "francecentral", ("FRA",)),
        ("azure-openai", "swedencentral", ("SWE",)),
        ("azure-openai", "eastus2", ("USA",)),
        ("azure-openai", "italynorth", ("ITA",)),
        ("bedrock", "eu-west-3", ("FRA",)),
        ("bedrock", "eu-central-1", ("DEU",)),
        ("bedrock", "us-east-1", ("USA",)),
        ("bedrock", "ap-northeast-1", ("JPN",)),
        ("vertex", "europe-west9", ("FRA",)),
        ("vertex", "us-east5", ("USA",)),
        ("vertex", "europe-west4", ("NLD",)),
        ("scaleway", "FR", ("FRA",)),
        ("openai", "eu", ("EEE", "FRA", "IRL", "DEU", "SWE")),
        ("openai", "us", ("USA",)),
        ("openai", None, ("USA", "SWE", "IRL", "NLD")),
        ("openai", "nowhere-7", ("USA", "SWE", "IRL", "NLD")),
        ("albert", None, ("FRA",)),
        ("mistral", None, ("FRA", "SWE")),
        ("mistral", "FR", ("FRA", "SWE")),
        ("nobody", None, ("WOR", "USA", "EEE", "FRA", "CHN")),
        ("nobody", "PRT", ("PRT",)),
        ("nobody", "it", ("ITA",)),
    ],
)
def test_zones(provider: str, region: str | None, zones: tuple[str, ...]) -> None:
    found = place(provider, region)
    assert found.zones == zones
    assert found.zone == zones[0]


def test_alternatives_are_in_the_range() -> None:
    openai = place("openai")
    for zone in openai.zones:
        there = place("openai", zone)
        assert openai.gwp_gco2e_per_kwh.low <= there.gwp_gco2e_per_kwh.low
        assert openai.gwp_gco2e_per_kwh.high >= there.gwp_gco2e_per_kwh.high
    assert openai.gwp_gco2e_per_kwh.central == place("openai", "us").gwp_gco2e_per_kwh.central


def test_an_inference_profile_may_travel() -> None:
    model = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert place("bedrock", "eu-west-3", model).zones == ("FRA", "EEE", "IRL", "DEU", "SWE")
    assert place("bedrock", "eu-west-3", model.removeprefix("eu.")).zones == ("FRA",)
    assert place("bedrock", None, model).zones[0] == "EEE"
    assert place("bedrock", "us-east-1", "global.anthropic.x").zones == ("USA", "WOR", "EEE")


def test_a_place_that_nobody_knows_is_as_wide_as_all_where_services_run() -> None:
    """It was narrower than France alone, and held neither France nor China."""
    nowhere = place("nobody").gwp_gco2e_per_kwh
    for zone in ("FRA", "USA", "EEE", "WOR", "CHN"):
        there = place("nobody", zone).gwp_gco2e_per_kwh
        assert nowhere.low <= there.low <= there.high <= nowhere.high


def test_zones_that_only_ecologits_knows_are_wider() -> None:
    there = place("nobody", "PRT").gwp_gco2e_per_kwh
    assert there.low == pytest.approx(there.central * 0.77)
    assert there.high == pytest.approx(there.central * 2.46)


def test_every_region_of_the_catalogue_is_understood() -> None:
    """A region written in config/providers must lead somewhere."""
    catalogue = Catalogue.load((SHIPPED / "providers",), formats=FORMATS)
    for name in (
        "api.mistral.ai",
        "albert.api.etalab.gouv.fr",
        "eu.api.openai.com",
        "bedrock-runtime.eu-west-3.amazonaws.com",
        "europe-west9-aiplatform.googleapis.com",
    ):
        host = catalogue.host(name)
        assert host is not None
        assert factors().places.zones_of(host.region) is not None, name


def test_own_machines_need_a_known_zone() -> None:
    with pytest.raises(FactorError, match=r"own_hosts.*zone.*ZZZ"):
        factors().places.own(OwnHost("ZZZ"))


def test_the_grid_of_a_zone_is_that_of_machines_there() -> None:
    places = factors().places
    assert places.grid("fra") == places.own(OwnHost("FRA")).gwp_gco2e_per_kwh
    with pytest.raises(FactorError, match=r"measured\.zone.*ZZZ"):
        places.grid("ZZZ")


def test_small_fleets_by_default() -> None:
    found = factors().places.own(OwnHost("FRA"))
    assert found.fleet is not None
    assert found.fleet.central == 3.79
    assert found.pue.central == 1.63


def test_own_hosts_of_the_configuration() -> None:
    hosts = "impact.own_hosts=[{tool: ia-interne, zone: fra, pue: 1.3, utilisation: 3.8}]"
    estimator = load_estimator(load_config(None, [hosts]))

    def found(tool: str) -> Exchange:
        return exchange("acme-8b", tool=tool, provider="custom", output_tokens=10)

    assert estimator.estimate(found("ia-interne")).zone == "FRA"
    assert estimator.estimate(found("other")).zone == "WOR"
    assert estimator.plan(found("ia-interne")).place.sources["pue"].startswith("declared")


@pytest.mark.parametrize("key", ["gwp", "water", "adpe", "primary_energy"])
def test_a_zone_that_is_not_listed_is_as_uncertain_as_the_listed_ones(key: str) -> None:
    """Its range holds every ratio that its source speaks of, and no more than rounding beyond."""
    content = yaml.safe_load((SHIPPED / "factors" / "electricity.yaml").read_text("utf-8"))
    mixes = read_mixes(mixes_document())
    of = {"gwp": "gwp_gco2e", "water": "water_l", "adpe": "adpe_kgsb", "primary_energy": "pe_mj"}
    ratios = [
        zone[key][end] / getattr(mixes[name], of[key])
        for name, zone in content["zones"].items()
        for end in ("low", "high")
    ]
    spread = content["other_zones"][key]
    assert spread["low"] <= min(ratios) * 1.00001 <= spread["low"] * 1.01
    assert spread["high"] / 1.01 <= max(ratios) <= spread["high"]
