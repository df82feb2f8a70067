"""The pages of a certificate: the one that is printed for the holder, and the one to which its QR code leads (Chinese first)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from io import BytesIO

import segno
from werkzeug.wrappers import Response

from services.volunteering.certificates.domain import CertificateState, HoursCertificate, in_hours

HTML = "text/html; charset=utf-8"
_STYLE = """
body{font-family:"Songti SC","Noto Serif CJK SC",serif;max-width:42em;margin:2em auto;padding:0 1em;color:#222;line-height:1.7}
h1{text-align:center;letter-spacing:.3em}h1 small{display:block;font-size:.5em;letter-spacing:0;color:#555}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3em 1em}dt{color:#555}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:.9em}td,th{border-bottom:1px solid #ccc;padding:.2em .5em;text-align:left}
.state{font-size:1.3em}.SUPERSEDED{color:#a00;font-weight:bold}.VALID{color:#060}.qr{float:right;text-align:center;font-size:.8em}
@media print{body{margin:0}}
"""
_WORDS = {
    CertificateState.VALID: ("有效", "valid"),
    CertificateState.SUPERSEDED: ("已被更正，以新证明为准", "superseded by a later correction"),
}


def qr_png(url: str) -> Response:
    """Return the QR code that leads to the public check, as a picture."""
    return _file(url, "png", "image/png")


def qr_svg(url: str) -> Response:
    """Return the QR code that leads there, as lines."""
    return _file(url, "svg", "image/svg+xml")


def printable(certificate: HoursCertificate, titles: Mapping[str, str], issuer: str, url: str) -> Response:
    """Return the page that is printed for the holder, with the name and each time served."""
    rows = "".join(
        f"<tr><td>{one.served_on.isoformat()}</td><td>{escape(titles.get(one.activity_id, ''))}</td><td>{in_hours(one.minutes)}</td></tr>"
        for one in certificate.entries
    )
    body = f"""
<h1>志愿服务记录证明<small>Certificate of volunteer service</small></h1>
<p class="qr">{_qr(url).svg_inline(scale=4)}<br>扫码核验<br>Scan to check</p>
<dl>
<dt>姓名 Name</dt><dd>{escape(certificate.holder_name or "")}</dd>
{_facts(certificate)}
<dt>出具单位 Issued by</dt><dd>{escape(issuer)}</dd>
</dl>
<table><thead><tr><th>日期 Date</th><th>活动 Activity</th><th>小时 Hours</th></tr></thead><tbody>{rows}</tbody></table>
"""
    return _page("志愿服务记录证明", body)


def check(certificate: HoursCertificate | None) -> Response:
    """Return what anybody is shown who scans the code or types the number: never whose it is."""
    if certificate is None:
        response = _page("证明核验", "<h1>查无此证<small>No such certificate</small></h1><p>请核对编号。 Check the number.</p>")
        response.status_code = 404
        return response
    return _page("证明核验", f"<h1>证明核验<small>Certificate check</small></h1><dl>{_facts(certificate)}</dl>")


def _facts(certificate: HoursCertificate) -> str:
    chinese, english = _WORDS[certificate.state]
    return f"""<dt>编号 Number</dt><dd>{escape(certificate.number)}</dd>
<dt>状态 Status</dt><dd class="state {certificate.state.value}">{chinese} <small>{english}</small></dd>
<dt>累计时长 Total</dt><dd>{certificate.hours} 小时 <small>{certificate.hours} hours ({certificate.minutes} min)</small></dd>
<dt>参与活动 Activities</dt><dd>{certificate.times}</dd>
<dt>统计截至 As of</dt><dd>{certificate.as_of.isoformat()}</dd>
<dt>出具日期 Issued on</dt><dd>{certificate.issued_on.isoformat()}</dd>"""


def _qr(url: str) -> segno.QRCode:
    return segno.make(url, error="m", micro=False)


def _file(url: str, kind: str, media: str) -> Response:
    file = BytesIO()
    _qr(url).save(file, kind=kind, scale=8)
    return Response(file.getvalue(), content_type=media)


def _page(title: str, body: str) -> Response:
    html = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return Response(f"{html}<title>{title}</title><style>{_STYLE}</style></head><body>{body}</body></html>", content_type=HTML)
