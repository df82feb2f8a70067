"""Names: kept as given, compared in one written form (X-13)."""

from __future__ import annotations

import re
import unicodedata

from services.common.errors import Invalid

_PAIRS = (
    "峯峰 崑昆 崙仑 羣群 綫线 裏里 昇升 陞升 濬浚 喆哲 堃坤 燿耀 曜耀 祐佑 暎映 犇奔 囍喜 氷冰 竝并 恆恒 寶宝 蘭兰 葉叶 張张 陳陈 劉刘 趙赵 黃黄 吳吴 孫孙 馬马 楊杨 "
    "鄭郑 謝谢 馮冯 鄧邓 許许 蕭萧 韓韩 蘇苏 蔣蒋 鍾钟 譚谭 鄒邹 陸陆 賈贾 顧顾 龍龙 萬万 錢钱 湯汤 賴赖 龔龚 賀贺 閻阎 齊齐 嚴严 邊边 單单 銀银 華华 國国 榮荣 貴贵 "
    "鳳凤 鳴鸣 麗丽 豔艳 艷艳 雲云 強强 勝胜 興兴 偉伟 傑杰 剛刚 鋼钢 鐵铁 錦锦 銘铭 鋒锋 鈞钧 鎮镇 長长 東东 進进 遠远 達达 運运 連连 輝辉 飛飞 義义 禮礼 誠诚 謙谦 "
    "讓让 賢贤 學学 書书 畫画 詩诗 詠咏 蓮莲 蘋苹 蔭荫 蘆芦 藝艺 藍蓝 蕓芸 薔蔷 藥药 瑩莹 環环 璣玑 瓊琼 壽寿 慶庆 憲宪 懷怀 應应 維维 綱纲 緒绪 純纯 紅红 經经 緯纬 "
    "繼继 續续 績绩 編编 總总 綠绿 緣缘 絲丝 結结 給给 統统 絹绢 綺绮 繡绣 纖纤 澤泽 潤润 濤涛 濱滨 漢汉 溫温 湧涌 滿满 滬沪 潔洁 瀾澜 灣湾 瀟潇 岡冈 島岛 嶺岭 嶽岳 "
    "峽峡 巒峦 樹树 楓枫 棟栋 樣样 橋桥 權权 機机 檢检 檜桧 歡欢 歲岁 歷历 關关 開开 閃闪 閏闰 問问 間间 聞闻 閣阁 闊阔 鄉乡 鄰邻 醫医 釋释 錄录 鏡镜 鏞镛 鑄铸 鑒鉴 "
    "頌颂 順顺 頓顿 領领 頭头 顏颜 願愿 類类 顯显 風风 飄飘 馳驰 駿骏 騰腾 驥骥 驗验 魯鲁 鮮鲜 鯤鲲 鵬鹏 鶴鹤 鷹鹰 鶯莺 麥麦 齡龄 龐庞 臺台 廣广 廈厦 廟庙 廬庐 彌弥 "
    "彥彦 歐欧 畢毕 盧卢 盡尽 監监 碩硕 祿禄 禎祯 種种 穎颖 積积 穩稳 窮穷 竇窦 競竞 筆笔 節节 範范 築筑 簡简 糧粮 紀纪 約约 級级 紋纹 納纳 紐纽 紹绍 終终 組组 細细 "
    "織织 紳绅 絡络 絨绒 緊紧 緹缇 聖圣 聰聪 聲声 職职 聯联 膽胆 舊旧 艦舰 莊庄 蕪芜 虛虚 號号 蟬蝉 補补 裝装 製制 複复 襲袭 見见 規规 視视 親亲 觀观 計计 訓训 記记 "
    "訪访 設设 評评 詞词 該该 詳详 語语 說说 調调 論论 諸诸 諾诺 謀谋 謹谨 識识 護护 讀读 變变 豐丰 貝贝 貞贞 負负 財财 貨货 貫贯 買买 費费 資资 賓宾 質质 贊赞 贈赠 "
    "趕赶 車车 軍军 軒轩 輕轻 載载 較较 輔辅 輪轮 轉转 辦办 農农 過过 還还 這这 適适 選选 遙遥 邁迈 郵邮 針针 釗钊 釧钏 鈴铃 鉅钜 鉉铉 銓铨 銳锐 銅铜 錚铮 錫锡 鍵键 "
    "鎖锁 門门 陣阵 陰阴 陽阳 階阶 際际 隨随 險险 雙双 雜杂 離离 難难 電电 靈灵 靜静 韻韵 項项 須须 預预 題题 養养 餘余 館馆 駕驾 驚惊 體体 鬥斗 魚鱼 鳥鸟 鴻鸿 鵑鹃 "
    "鹽盐 "
)
_VARIANTS = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""Variant and traditional characters of names with the simplified standard; what is not listed is compared as it stands."""

_DOTS = re.compile("[·•‧・．∙⋅･]")
_FORBIDDEN = {"Cc", "Cf", "Cs", "So", "Nd"}


def clean(name: str, field: str = "name") -> str:
    """Return the name as given, trimmed, or refuse what cannot be a name.

    One character, a middle dot and rare characters outside the basic plane are all valid (X-13).
    """
    trimmed = name.strip()
    if not trimmed or len(trimmed) > 80:
        raise Invalid.field(field, "NAME_LENGTH", max=80)
    if any(unicodedata.category(c) in _FORBIDDEN for c in trimmed) or not any(_is_letter(c) for c in trimmed):
        raise Invalid.field(field, "NAME_CHARACTERS")
    return trimmed


def normalise(name: str) -> str:
    """Return the form by which two spellings of one name are recognised as equal."""
    plain = _DOTS.sub("·", unicodedata.normalize("NFKC", name).strip())
    plain = re.sub(r"\s+", " ", re.sub(r"\s*·\s*", "·", plain)).casefold()
    # Spaces between Han characters are typing, those of a Latin name separate its parts.
    plain = re.sub(r"(?<=[^\x00-\u024f·]) (?=[^\x00-\u024f·])", "", plain)
    return "".join(_VARIANTS.get(c, c) for c in plain)


def _is_letter(character: str) -> bool:
    # Characters newer than this Python's tables, and private ones of older systems, stand in real names.
    return character.isalpha() or unicodedata.category(character) in ("Cn", "Co")
