"""Documents that programs of others have written, read by the server.

    documents.py BASE_URL      DONDOC_PASSWORD says how the people of the invented commune sign in

One invented conclusion is pasted, and written as DOCX by python-docx and as PDF by fpdf2, by reportlab and by
Chromium, each of which packs text and fonts in its own way. Whatever it came in, the same work must be read
from it. A PDF of a picture has no text, and that must be said.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from html import escape
from pathlib import Path
from typing import Any

import docx
import fpdf
import PIL.Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

BASE = sys.argv[1].rstrip("/")
PASSWORD = os.environ.get("DONDOC_PASSWORD", "dondoc-demo-2026")
# Debian's Chromium brings it along.
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
TEXT = """ĐẢNG ỦY XÃ SUỐI MƠ
Số 41-KL/ĐU
Suối Mơ, ngày 18 tháng 11 năm 2026
KẾT LUẬN
Hội nghị Ban Thường vụ Đảng ủy tháng 11 năm 2026
Ngày 17/11/2026, Ban Thường vụ Đảng ủy xã họp phiên thường kỳ và kết luận như sau:
I. Kết quả công tác tháng 11
Các mặt công tác được triển khai nghiêm túc; thu ngân sách đạt 92% dự toán.
II. Nhiệm vụ trọng tâm tháng 12
1. Giao Ủy ban nhân dân xã rà soát danh sách hộ nghèo, hoàn thành trước ngày 10/12/2026.
2. Giao Công an xã chủ trì, phối hợp với các thôn tuần tra ban đêm tại các thôn giáp ranh, báo cáo kết quả trong tháng 12/2026.
3. Các thôn tổng vệ sinh đường làng ngõ xóm 02 lần/tháng.
4. Yêu cầu các chi bộ hoàn thành kiểm điểm cuối năm trước ngày 20/12/2026.
Nơi nhận:
- Các chi bộ trực thuộc,
- Lưu Văn phòng Đảng ủy.
T/M BAN THƯỜNG VỤ
BÍ THƯ
Lò Văn Thí Dụ"""
LINES = TEXT.splitlines()


def by_python_docx() -> bytes:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def by_fpdf() -> bytes:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.add_font("sans", "", FONT)
    pdf.set_font("sans", size=13)
    pdf.multi_cell(0, 7, TEXT)
    return bytes(pdf.output())


def by_reportlab() -> bytes:
    pdfmetrics.registerFont(TTFont("sans", FONT))
    style = ParagraphStyle("body", fontName="sans", fontSize=13, leading=18)
    out = io.BytesIO()
    SimpleDocTemplate(out).build([Paragraph(escape(line), style) for line in LINES])
    return out.getvalue()


def by_chromium() -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in LINES)
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(f'<meta charset="utf-8"><style>p {{ text-align: justify }}</style>{body}')
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        command += ["--no-first-run", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer"]
        command += [f"--print-to-pdf={pdf}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return pdf.read_bytes()


def of_a_picture() -> bytes:
    out = io.BytesIO()
    PIL.Image.new("L", (200, 280), 255).save(out, "PDF")
    return out.getvalue()


def ask(path: str, token: str, body: bytes, media: str) -> tuple[int, Any]:
    """One request: status and what was answered."""
    request = urllib.request.Request(BASE + path, data=body, method="POST")
    request.add_header("Content-Type", media)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def told(answer: tuple[int, Any], how: str) -> list[Any]:
    """What was read: number, day, and of each piece of work its words, date and doers."""
    status, read = answer
    if status != 200:
        raise SystemExit(f"{how}: {status} {read}")
    document = read["document"]
    work = [
        (one["content"], one["due"]["on"], [who["assignee"]["name"] for who in one["assignees"]])
        for one in read["proposals"]
    ]
    return [document["number"], document["symbol"], document["issued_on"], work]


if __name__ == "__main__":
    signed_in = {"login": "van.phong", "password": PASSWORD, "device_name": "documents"}
    status, session = ask("/v1/sessions", "", json.dumps(signed_in).encode(), "application/json")
    if status != 200:
        raise SystemExit(f"signing in: {status} {session}")
    token = session["access_token"]
    pasted = told(ask("/v1/imports", token, json.dumps({"text": TEXT}).encode(), "application/json"), "pasted")
    due = [one[1] for one in pasted[3]]
    if due != ["2026-12-09", "2026-12-31", None, "2026-12-19"]:
        raise SystemExit(f"pasted: {pasted}")
    for write in (by_python_docx, by_fpdf, by_reportlab, by_chromium):
        how = write.__name__.removeprefix("by_")
        read = told(ask("/v1/imports/file", token, write(), "application/octet-stream"), how)
        if read != pasted:
            raise SystemExit(f"{how} is read otherwise:\n{read}\n{pasted}")
        print(f"written by {how}: {len(read[3])} pieces of work, as pasted")
    status, refused = ask("/v1/imports/file", token, of_a_picture(), "application/pdf")
    if status != 422:
        raise SystemExit(f"a picture: {status} {refused}")
    print("a PDF of a picture: refused, because it has no text")
