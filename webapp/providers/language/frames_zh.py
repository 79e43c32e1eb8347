"""Sentence frames for Chinese scripts, written by hand. No frame states a fact of its own: no number, no superlative, no promise."""

from typing import Final

HOOKS: Final = (
    "还在为{pain}发愁？",
    "{pain}，你是不是也遇到过？",
    "如果你也{pain}，先别划走。",
    "{audience}注意了，今天聊聊{name}。",
    "{audience}，这条视频是拍给你的。",
    "{scene}，总觉得少了点什么？",
    "说到{scene}，你会想到什么？",
    "{scene}的时候，有它会轻松不少。",
    "先问大家一个问题：{scene}，你准备好了吗？",
    "今天不聊别的，就聊{name}。",
    "最近总有人问我{name}，那就好好说说。",
    "{pain}的朋友，看过来。",
    "{audience}常跟我说：{pain}，怎么办？",
    "别急着下结论，先认识一下{name}。",
)

INTROS: Final = (
    "这款{name}，{benefit}。",
    "它就是{name}，{benefit}。",
    "给大家介绍一下{name}，{benefit}。",
    "我手里的这款{name}，{benefit}。",
    "为什么是{name}？因为{benefit}。",
    "来看看{name}：{benefit}。",
    "{name}，一句话说清楚：{benefit}。",
    "认识一下{name}吧，{benefit}。",
    "我们做{name}，就想做好一件事：{benefit}。",
    "先说重点，{name}{benefit}。",
    "这就是我想推荐的{name}，{benefit}。",
    "打开看看，{name}，{benefit}。",
)

BENEFITS: Final = (
    "而且{benefit}。",
    "更贴心的是，{benefit}。",
    "还有一点，{benefit}。",
    "别忘了，{benefit}。",
    "{benefit}，用起来更省心。",
    "你看，{benefit}。",
    "细节上也用心，{benefit}。",
    "不止这样，{benefit}。",
    "再说一个：{benefit}。",
    "我自己很喜欢的一点是，{benefit}。",
    "{benefit}，这一点很实用。",
    "用的时候你会发现，{benefit}。",
    "值得一说的还有，{benefit}。",
    "同样重要的是，{benefit}。",
)

USES: Final = (
    "{scene}，拿出来就能用。",
    "{scene}的时候，它就派上用场了。",
    "想想{scene}，是不是正好需要它？",
    "不管是自己用，还是送人，{scene}都合适。",
    "{audience}，可以看看它合不合你的习惯。",
    "很适合{audience}。",
    "{scene}，交给它就好。",
    "如果你是{audience}，不妨了解一下。",
    "把它放进{scene}的清单里吧。",
    "{audience}用它，顺手又自然。",
    "遇到{pain}，可以想到它。",
    "下次{scene}，带上它试试。",
)

PRICES: Final = (
    "现在只要{price}。",
    "到手价{price}。",
    "价格也很实在，{price}。",
    "多少钱？{price}。",
    "价格写在这里了：{price}。",
    "今天的价格是{price}。",
    "带一件回家，{price}。",
    "不绕弯子，{price}。",
    "价格给大家说清楚：{price}。",
    "喜欢的话，{price}就能带走。",
    "这一款，{price}。",
    "说说价格：{price}。",
)

CALLS: Final = (
    "点击下方链接，带它回家。",
    "喜欢就点下方链接看看。",
    "想了解更多，评论区告诉我。",
    "库存以页面为准，点击链接下单。",
    "心动的话，链接就在下面。",
    "有问题随时问我，我们在线等你。",
    "收藏这条视频，需要的时候找得到。",
    "点开链接，看看详情再决定。",
    "想要的朋友，下方链接见。",
    "把它加进购物车，慢慢看。",
    "关注我们，下次上新第一时间看到。",
    "现在就去看看吧，链接在下方。",
)
