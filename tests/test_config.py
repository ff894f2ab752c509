import pytest

from config import ConfigRefused, load
from marketplace.geometry import sniffing

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgres://somewhere/commonforge",
    "PUBLIC_URL": "https://forge.example",
    "STRIPE_API_KEY": "sk_live_0123456789",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_0123456789",
    "STRIPE_WEBHOOK_SECRET": "whsec_0123456789abcdef, whsec_fedcba9876543210",
}


def test_without_any_setting_the_defaults_serve_development():
    config = load({})

    assert not config.is_production
    assert config.database_url is None
    assert config.data_dir.is_absolute()


def test_production_starts_when_nothing_is_missing():
    config = load(GOOD)

    assert config.is_production
    assert config.serves_https
    assert config.database_url == "postgresql+psycopg://somewhere/commonforge"
    assert len(config.stripe_webhook_secrets) == 2


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"ENVIRONMENT"}))
def test_production_refuses_to_start_without_each_of_its_settings(name):
    with pytest.raises(ConfigRefused, match=name):
        load({key: value for key, value in GOOD.items() if key != name})


def test_everything_that_is_wrong_is_named_at_once():
    with pytest.raises(ConfigRefused) as refusal:
        load({"ENVIRONMENT": "production", "FLASK_DEBUG": "yes", "QUOTE_DAYS": "soon", "PLATFORM_FEE_BPS": "99999"})

    for name in (*GOOD, "FLASK_DEBUG", "QUOTE_DAYS", "PLATFORM_FEE_BPS"):
        assert (name in str(refusal.value)) is (name != "ENVIRONMENT")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "localhost"),
        ("PUBLIC_URL", "forge.example"),
        ("FLASK_DEBUG", "perhaps"),
        ("UPLOAD_BYTES", "-1"),
        ("UPLOAD_BYTES", str(sniffing.MAX_BYTES + 1)),
        ("STRIPE_WEBHOOK_SECRET", "secret"),
        ("BANK_IBAN", "DE89370400440532013001"),
        ("PLATFORM_TAX_NUMBER", "DE136695976"),
        ("PLATFORM_TAX_NUMBER", "DE:DE136695978"),
        ("PLATFORM_TAX_NUMBER", "US:12-3456789"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_by_name(name, value):
    with pytest.raises(ConfigRefused, match=name):
        load({name: value})


def test_a_live_key_never_talks_to_this_machine():
    with pytest.raises(ConfigRefused, match="live key"):
        load({"STRIPE_API_KEY": "sk_live_1", "STRIPE_API_BASE": "http://127.0.0.1:1"})


def test_a_development_secret_is_refused_in_production_even_if_set_on_purpose():
    with pytest.raises(ConfigRefused, match="SECRET_KEY"):
        load({**GOOD, "SECRET_KEY": "development-only-secret-key"})


def test_a2_settings_are_printed_without_their_secrets():
    config = load({**GOOD, "DATABASE_URL": "postgres://user:pass-word@somewhere/commonforge"})

    printed = repr(config)
    assert config.public_url in printed
    for secret in (config.secret_key, config.stripe_api_key, *config.stripe_webhook_secrets, "pass-word"):
        assert secret not in printed


def test_the_key_that_signs_records_is_32_bytes_in_base64_and_never_shown():
    text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    config = load({"RECORD_SIGNING_KEY": text})

    assert config.record_signing_key == bytes(range(32))
    assert text not in repr(config)
    assert load({}).record_signing_key is None


@pytest.mark.parametrize("text", ["short", "AAEC", "*" * 44, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ=="])
def test_a_key_of_another_length_is_refused(text):
    with pytest.raises(ConfigRefused, match="RECORD_SIGNING_KEY"):
        load({"RECORD_SIGNING_KEY": text})


def test_the_platforms_tax_number_is_kept_in_its_plain_form():
    assert load({}).platform_tax_number is None
    assert load({"PLATFORM_TAX_NUMBER": "DE: 136 695 976"}).platform_tax_number == ("DE", "DE136695976")
