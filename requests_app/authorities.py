"""The data protection authorities of other countries, for people who live there.

No Django. The regulator of the United Kingdom is a contact point that the DCO keeps
(decision C37); these are public offices whose addresses rarely change. They are those
of the European Economic Area, the Crown dependencies and Switzerland.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Abroad:
    """The authority of one country, and its website."""

    country: str
    name: str
    web: str


AUTHORITIES: Final = (
    Abroad("Austria", "Datenschutzbehörde", "www.dsb.gv.at"),
    Abroad("Belgium", "Data Protection Authority", "www.dataprotectionauthority.be"),
    Abroad("Bulgaria", "Commission for Personal Data Protection", "www.cpdp.bg"),
    Abroad("Croatia", "Personal Data Protection Agency", "azop.hr"),
    Abroad(
        "Cyprus",
        "Commissioner for Personal Data Protection",
        "www.dataprotection.gov.cy",
    ),
    Abroad("Czechia", "Office for Personal Data Protection", "uoou.gov.cz"),
    Abroad("Denmark", "Datatilsynet", "www.datatilsynet.dk"),
    Abroad("Estonia", "Andmekaitse Inspektsioon", "www.aki.ee"),
    Abroad("Finland", "Office of the Data Protection Ombudsman", "tietosuoja.fi"),
    Abroad(
        "France",
        "Commission nationale de l’informatique et des libertés",
        "www.cnil.fr",
    ),
    Abroad(
        "Germany",
        "Federal Commissioner for Data Protection, or that of your Land",
        "www.bfdi.bund.de",
    ),
    Abroad("Greece", "Hellenic Data Protection Authority", "www.dpa.gr"),
    Abroad("Guernsey", "Office of the Data Protection Authority", "www.odpa.gg"),
    Abroad(
        "Hungary",
        "National Authority for Data Protection and Freedom of Information",
        "www.naih.hu",
    ),
    Abroad("Iceland", "Persónuvernd", "www.personuvernd.is"),
    Abroad("Ireland", "Data Protection Commission", "www.dataprotection.ie"),
    Abroad("Isle of Man", "Information Commissioner", "www.inforights.im"),
    Abroad(
        "Italy",
        "Garante per la protezione dei dati personali",
        "www.garanteprivacy.it",
    ),
    Abroad("Jersey", "Jersey Office of the Information Commissioner", "jerseyoic.org"),
    Abroad("Latvia", "Data State Inspectorate", "www.dvi.gov.lv"),
    Abroad("Liechtenstein", "Datenschutzstelle", "www.datenschutzstelle.li"),
    Abroad("Lithuania", "State Data Protection Inspectorate", "vdai.lrv.lt"),
    Abroad(
        "Luxembourg",
        "Commission nationale pour la protection des données",
        "cnpd.public.lu",
    ),
    Abroad("Malta", "Information and Data Protection Commissioner", "idpc.org.mt"),
    Abroad(
        "the Netherlands",
        "Autoriteit Persoonsgegevens",
        "www.autoriteitpersoonsgegevens.nl",
    ),
    Abroad("Norway", "Datatilsynet", "www.datatilsynet.no"),
    Abroad("Poland", "Personal Data Protection Office", "uodo.gov.pl"),
    Abroad("Portugal", "Comissão Nacional de Proteção de Dados", "www.cnpd.pt"),
    Abroad(
        "Romania",
        "National Supervisory Authority for Personal Data Processing",
        "www.dataprotection.ro",
    ),
    Abroad(
        "Slovakia",
        "Office for Personal Data Protection",
        "dataprotection.gov.sk",
    ),
    Abroad("Slovenia", "Information Commissioner", "www.ip-rs.si"),
    Abroad("Spain", "Agencia Española de Protección de Datos", "www.aepd.es"),
    Abroad("Sweden", "Integritetsskyddsmyndigheten", "www.imy.se"),
    Abroad(
        "Switzerland",
        "Federal Data Protection and Information Commissioner",
        "www.edoeb.admin.ch",
    ),
)
