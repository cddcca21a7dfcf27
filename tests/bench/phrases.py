"""What a made service is called and says, around the words of the catalogue: patterns in three languages."""

from __future__ import annotations

Words = dict[str, str]


def _said(ar: str, fr: str, en: str) -> Words:
    return {"ar": ar, "fr": fr, "en": en}


NAMES = (
    _said("طلب {}", "Demande : {}", "Request for {}"),
    _said("تجديد {}", "Renouvellement : {}", "Renewal of {}"),
    _said("نظير {}", "Duplicata : {}", "Duplicate of {}"),
    _said("تصحيح {}", "Rectification : {}", "Correction of {}"),
    _said("تحيين {}", "Mise à jour : {}", "Update of {}"),
    _said("إلغاء {}", "Annulation : {}", "Cancellation of {}"),
    _said("نسخة مطابقة للأصل من {}", "Copie conforme : {}", "Certified copy of {}"),
    _said("تمديد صلاحية {}", "Prolongation : {}", "Extension of {}"),
    _said("نقل {}", "Transfert : {}", "Transfer of {}"),
    _said("التصريح قصد الحصول على {}", "Déclaration en vue de : {}", "Declaration for {}"),
    _said("إيداع ملف {}", "Dépôt du dossier : {}", "Filing for {}"),
    _said("الاطلاع على {}", "Consultation : {}", "Access to {}"),
    _said("المصادقة على {}", "Légalisation : {}", "Legalisation of {}"),
    _said("التظلم بشأن {}", "Réclamation : {}", "Complaint about {}"),
    _said("استرجاع الرسوم المؤداة عن {}", "Remboursement des droits : {}", "Refund of fees for {}"),
    _said("الإذن المسبق قبل {}", "Autorisation préalable : {}", "Prior authorisation for {}"),
)

QUALIFIERS = (
    _said("بجماعة {}", "– commune de {}", "in {}"),
    _said("للقاصرين بجماعة {}", "pour les mineurs – {}", "for minors in {}"),
    _said(
        "للمغاربة المقيمين بالخارج المنحدرين من {}", "pour les MRE originaires de {}", "for Moroccans abroad from {}"
    ),
    _said("للمقاولات بجماعة {}", "pour les entreprises – {}", "for companies in {}"),
    _said("للتعاونيات بجماعة {}", "pour les coopératives – {}", "for cooperatives in {}"),
    _said("للأشخاص في وضعية إعاقة بجماعة {}", "pour les personnes handicapées – {}", "for disabled people in {}"),
    _said("للطلبة بمدينة {}", "pour les étudiants – {}", "for students in {}"),
    _said("للفلاحين بجماعة {}", "pour les agriculteurs – {}", "for farmers in {}"),
    _said("للأجانب المقيمين بمدينة {}", "pour les résidents étrangers – {}", "for foreign residents of {}"),
    _said("للمتقاعدين بجماعة {}", "pour les retraités – {}", "for retired people in {}"),
    _said("للحرفيين بجماعة {}", "pour les artisans – {}", "for craftspeople in {}"),
    _said("للأرامل بجماعة {}", "pour les veuves – {}", "for widows in {}"),
)

EVENTS = (
    _said("الحاجة إلى {}", "Besoin : {}", "Needing {}"),
    _said("ضياع {}", "Perte : {}", "Losing {}"),
    _said("انتهاء صلاحية {}", "Expiration : {}", "Expiry of {}"),
    _said("خطأ في {}", "Erreur : {}", "A mistake in {}"),
    _said("أول {}", "Premier document : {}", "A first {}"),
    _said("رفض {}", "Refus : {}", "Refusal of {}"),
)

SENTENCES: dict[str, tuple[Words, ...]] = {
    "summary": (
        _said("هذه الخدمة تمكنك من: {}.", "Cette démarche vous donne : {}.", "With this service you get: {}."),
        _said("{}: ملف واحد، وجواب واحد.", "{} : un seul dossier, une seule réponse.", "{}: one file, one answer."),
        _said("خدمة مخصصة لموضوع: {}.", "Une démarche consacrée à : {}.", "A service for: {}."),
    ),
    "what_you_get": (
        _said("وثيقة رقمية: {}.", "Un document numérique : {}.", "A digital document: {}."),
        _said("قرار مكتوب في موضوع: {}.", "Une décision écrite : {}.", "A written decision: {}."),
    ),
    "who_may_ask": (
        _said("كل شخص راشد يعنيه الأمر.", "Tout adulte concerné.", "Any adult concerned."),
        _said("صاحب الشأن وحده.", "La personne concernée, elle seule.", "The person concerned, nobody else."),
    ),
    "cost": (
        _said("الثمن في انتظار التأكيد.", "Le prix est à confirmer.", "The price is to be confirmed."),
        _said("يتوقف الثمن على عدد النسخ.", "Le prix dépend des copies.", "The price depends on the copies."),
    ),
    "how_long": (
        _said("الأجل في انتظار التأكيد.", "Le délai est à confirmer.", "The deadline is to be confirmed."),
        _said("يبدأ الأجل عند اكتمال الملف.", "Le délai court une fois complet.", "It begins once complete."),
    ),
    "after": (
        _said("نراسلك عند كل مستجد.", "Nous vous écrivons à chaque étape.", "We write to you at each step."),
        _said("يصلك الجواب في حسابك.", "La réponse arrive dans votre espace.", "The answer comes to your account."),
    ),
}
