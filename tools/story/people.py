"""Chapter 1: everybody signs up, factories describe what they have, the admin decides what is listed."""

from tools.story import cast, shops
from tools.story.cast import Company
from tools.story.persons import Factory, People, Person
from tools.story.stage import Stage
from tools.story.telling import equal


def play(stage: Stage) -> People:
    """Sign everybody up; two factories' listings go live, one's is rejected, and it reads why."""
    stage.teller.chapter(1, "Three factories, two customers and an admin")
    admin = _appointed(stage)
    customer, second = (_customer(stage, company) for company in (cast.CUSTOMER, cast.SECOND_CUSTOMER))
    factories = tuple(_factory(stage, each) for each in cast.FACTORIES)
    return People(tuple(shops.decided(stage, admin, each) for each in factories), customer, second, admin)


def _appointed(stage: Stage) -> Person:
    who = cast.ADMIN
    with stage.teller.step("An admin is made by a one-time command"):
        said = stage.flask("make-admin", who.email, "--name", who.owner, ADMIN_PASSWORD=stage.password)
        stage.teller.fact("flask make-admin", said.strip().splitlines()[-1])
        return _logged_in(stage, who)


def _customer(stage: Stage, company: Company) -> Person:
    with stage.teller.step(f"{company.name} signs up as a customer"):
        return _signed_up(stage, company)


def _factory(stage: Stage, company: Company) -> Factory:
    with stage.teller.step(f"{company.name} signs up as a factory"):
        person = _signed_up(stage, company)
    return shops.opened(stage, person, company)


def _signed_up(stage: Stage, company: Company) -> Person:
    stage.visitor().post(
        "/v1/account/sign-up",
        {
            "email": company.email,
            "password": stage.password,
            "name": company.owner,
            "organisation": {
                "name": company.name,
                "kind": "company",
                "country": company.country,
                "hats": ["factory" if company.centres else "customer"],
            },
        },
    )
    person = _logged_in(stage, company)
    stage.teller.fact("owner", f"{company.owner} <{person.email}>, {company.country}")
    return person


def _logged_in(stage: Stage, company: Company) -> Person:
    client = stage.visitor()
    me = client.post("/v1/account/session", {"email": company.email, "password": stage.password})
    equal("name of who is logged in", me["user"]["name"], company.owner)
    return Person(company.name, company.owner, company.email, client, me["organisation_id"] or "")
