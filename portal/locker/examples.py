"""An example of each official document, for tests and screenshots. Nobody in them exists."""

from __future__ import annotations

from typing import Any

from portal.locker.papers import PAPERS, Paper

RABAT = {"ar": "جماعة الرباط", "fr": "Commune de Rabat"}
INTERIOR = {"ar": "وزارة الداخلية", "fr": "Ministère de l’Intérieur"}
SALMA = {"ar": "سلمى العلوي المدغري", "fr": "Salma Alaoui Mdaghri"}
YOUSSEF = {"ar": "يوسف بناني", "fr": "Youssef Bennani"}
COMMON: dict[str, Any] = {"reference": "7KQ4-M2XD", "issued_on": "2026-10-01", "demo": True}

EXAMPLES: dict[str, dict[str, Any]] = {
    "birth_extract": {
        "authority": INTERIOR,
        "administration": RABAT,
        "office": {"ar": "مكتب الحالة المدنية حسان", "fr": "Bureau de l’état civil de Hassan"},
        "act_no": "1274",
        "act_year": 1991,
        "full_name": SALMA,
        "tifinagh_name": "ⵙⴰⵍⵎⴰ",
        "sex": "F",
        "born_on": "1991-07-14",
        "born_at": {"ar": "الرباط", "fr": "Rabat"},
        "father": {"ar": "عبد الرحيم العلوي المدغري", "fr": "Abderrahim Alaoui Mdaghri"},
        "mother": {"ar": "خديجة الفاسي", "fr": "Khadija El Fassi"},
        "copies": 2,
        "officer": {"ar": "نعيمة الإدريسي", "fr": "Naïma El Idrissi"},
    },
    "neg_cert": {
        "administration": {
            "ar": "المكتب المغربي للملكية الصناعية والتجارية",
            "fr": "Office marocain de la propriété industrielle et commerciale",
        },
        "granted_name": "ATLAS ZELLIGE",
        "legal_form": {
            "ar": "شركة ذات مسؤولية محدودة من شريك وحيد",
            "fr": "Société à responsabilité limitée d’associé unique",
        },
        "activity": {"ar": "صناعة الزليج التقليدي وبيعه", "fr": "Fabrication et vente de zellige traditionnel"},
        "founder": YOUSSEF,
        "certificate_no": "OMPIC-2026-000123",
        "ice": "001234567000062",
        "valid_until": "2027-10-01",
    },
    "information_answer": {
        "administration": RABAT,
        "applicant": SALMA,
        "asked_on": "2026-09-08",
        "question": "أطلب ميزانية صيانة الحدائق العمومية بحي أكدال برسم سنتي 2024 و2025، "
        "مع أسماء الشركات المتعاقد معها.",
        "answer": "بلغت ميزانية صيانة الحدائق العمومية بحي أكدال 1.250.000,00 درهم سنة 2024 "
        "و1.410.000,00 درهم سنة 2025.\n\n"
        "أسندت الأشغال إلى شركتين بعد طلب عروض مفتوح رقم 12/2024، "
        "وتجدون محضر فتح الأظرفة منشورا على بوابة الصفقات العمومية.\n\n"
        "Le détail par jardin est publié sur le site de la commune, rubrique « Budget ouvert ».",
        "officer": {"ar": "هشام بنجلون", "fr": "Hicham Benjelloun"},
    },
    "certificate": {
        "administration": {"ar": "المديرية العامة للضرائب", "fr": "Direction générale des impôts"},
        "title": {"ar": "شهادة الوضعية الجبائية القانونية", "fr": "Attestation de régularité fiscale"},
        "applicant": YOUSSEF,
        "cin": "BK380912",
        "statement": {
            "ar": "تشهد المديرية العامة للضرائب بأن الملزم المذكور في هذه الشهادة في وضعية جبائية قانونية "
            "في تاريخ تسليمها.",
            "fr": "La Direction générale des impôts atteste que le contribuable désigné ci-dessous est en situation "
            "fiscale régulière à la date de la présente attestation.",
        },
        "shows": [
            {
                "label": {"ar": "التعريف الموحد للمقاولة", "fr": "Identifiant commun de l’entreprise (ICE)"},
                "value": {"ar": "001234567000062", "fr": "001234567000062"},
            },
        ],
        "valid_until": "2026-12-30",
        "officer": {"ar": "هشام بنجلون", "fr": "Hicham Benjelloun"},
    },
    "refusal": {
        "administration": RABAT,
        "applicant": SALMA,
        "service": {
            "ar": "رخصة احتلال الملك العمومي مؤقتا",
            "fr": "Autorisation d’occupation temporaire du domaine public",
        },
        "filed_on": "2026-09-08",
        "reason": {
            "ar": "يوجد المكان المطلوب، أمام رقم 14 بزنقة المتنبي، داخل ممر مخصص للراجلين عرضه أقل من مترين.",
            "fr": "L’emplacement demandé, devant le n° 14 de la rue Al Moutanabbi, "
            "est un passage piéton de moins de deux mètres de large.",
        },
        "legal_basis": {
            "ar": "المادة 100 من القانون التنظيمي رقم 113.14 المتعلق بالجماعات",
            "fr": "Article 100 de la loi organique n° 113-14 relative aux communes",
        },
        "paid": {"ar": "220,00 درهم", "fr": "220,00 dirhams"},
        "appeal": "commune",
        "officer": {"ar": "هشام بنجلون", "fr": "Hicham Benjelloun"},
    },
    "filing_receipt": {
        "administration": RABAT,
        "applicant": SALMA,
        "service": {
            "ar": "رخصة احتلال الملك العمومي مؤقتا",
            "fr": "Autorisation d’occupation temporaire du domaine public",
        },
        "filed_at": "2026-10-01T09:30:00Z",
        "filed": [
            {"ar": "الاستمارة، 9 أجوبة", "fr": "Formulaire, 9 réponses"},
            {"ar": "تصميم الموقع", "fr": "Plan de situation"},
            {"ar": "شهادة التأمين على المسؤولية المدنية", "fr": "Attestation d’assurance de responsabilité civile"},
            {"ar": "وصل أداء الرسوم", "fr": "Reçu de paiement des frais"},
        ],
        "period": {"count": 30},
        "last_day": "2026-11-02",
        "silence": "approval",
        "appeal": "commune",
    },
    "payment_receipt": {
        "administration": RABAT,
        "applicant": SALMA,
        "service": {
            "ar": "رخصة احتلال الملك العمومي مؤقتا",
            "fr": "Autorisation d’occupation temporaire du domaine public",
        },
        "number": "7K2Q-M4XP-V3",
        "paid_at": "2026-10-01T09:28:00Z",
        "lines": [
            {
                "what": {"ar": "الرسم الجماعي", "fr": "Taxe communale"},
                "amount": {"ar": "200,00 درهم", "fr": "200,00 dirhams"},
            },
            {
                "what": {"ar": "واجبات الخدمة", "fr": "Frais de service"},
                "amount": {"ar": "20,00 درهم", "fr": "20,00 dirhams"},
            },
        ],
        "total": {"ar": "220,00 درهم", "fr": "220,00 dirhams"},
    },
    "certified_copy": {
        "administration": {"ar": "نقطة الولوج العمومية، أولاد الطيب", "fr": "Point d’accès public d’Oulad Tayeb"},
        "reference": "3GVQX-05KHS-XB2GN",
        "copied": {"ar": "شهادة الباكالوريا", "fr": "Diplôme du baccalauréat"},
        "shown_by": SALMA,
        "certified_at": "2026-10-01T09:30:00Z",
        "pages": 2,
        "officer": {"ar": "خديجة المرنيسي", "fr": "Khadija Mernissi"},
    },
}


def example(template: str, **changes: Any) -> Paper:
    """The example of one document, with some of its content changed. Raises KeyError for an unknown template."""
    return PAPERS[template].model_validate({**COMMON, **EXAMPLES[template], **changes})
