"""Sentence frames for English scripts, written by hand. No frame states a fact of its own.

A benefit that is a verb phrase fills `{does}` ("keeps drinks hot"), a noun phrase fills `{has}` ("a leak-proof lid").
"""

from typing import Final

HOOKS: Final = (
    "Tired of {pain}?",
    "Still putting up with {pain}?",
    "If {pain} sounds familiar, stay with me.",
    "{audience}, this one is for you.",
    "Calling {audience}: have a look at this.",
    "Let's talk about {scene}.",
    "Here is a small upgrade for {scene}.",
    "Does {scene} feel harder than it should?",
    "What if {pain} were one thing less to think about?",
    "Before you scroll on, meet {name}.",
    "People keep asking me about {name}, so here it is.",
    "Ready for {scene}? Let me show you something.",
    "A quick word for {audience}.",
    "Today is all about {name}.",
)

INTROS_DOES: Final = (
    "This is {name}. It {does}.",
    "Meet {name}: it {does}.",
    "Say hello to {name}. It {does}.",
    "That's why we made {name}, which {does}.",
    "In short, {name} {does}.",
    "Here's {name}, and it {does}.",
    "The idea behind {name} is simple: it {does}.",
    "{name} does one thing well: it {does}.",
    "Take a look at {name}. It {does}.",
    "What does {name} do? It {does}.",
    "I'd like you to meet {name}, because it {does}.",
    "First things first: {name} {does}.",
)

INTROS_HAS: Final = (
    "This is {name}, with {has}.",
    "Meet {name}: you get {has}.",
    "Say hello to {name} and {has}.",
    "That's why we made {name} with {has}.",
    "In short, {name} gives you {has}.",
    "Here's {name}, and it comes with {has}.",
    "The idea behind {name} is simple: {has}.",
    "{name} brings you {has}.",
    "Take a look at {name}. It offers {has}.",
    "What's in {name}? You'll find {has}.",
    "I'd like you to meet {name}. It has {has}.",
    "First things first: {name} offers {has}.",
)

BENEFITS_DOES: Final = (
    "It also {does}.",
    "Plus, it {does}.",
    "Better still, it {does}.",
    "And it {does}.",
    "On top of that, it {does}.",
    "You'll notice that it {does}.",
    "It {does}, too.",
    "What's more, it {does}.",
    "The part I like: it {does}.",
    "Day to day, it {does}.",
    "And there's more: it {does}.",
    "It even {does}.",
)

BENEFITS_HAS: Final = (
    "You also get {has}.",
    "Plus, there's {has}.",
    "Better still, it comes with {has}.",
    "And you get {has}.",
    "On top of that, you'll find {has}.",
    "You'll notice {has}.",
    "There's {has}, too.",
    "What's more, it offers {has}.",
    "The part I like: {has}.",
    "Day to day, you'll enjoy {has}.",
    "And there's more: {has}.",
    "It even comes with {has}.",
)

USES: Final = (
    "It fits right into {scene}.",
    "Think of {scene}: this is when it helps.",
    "Made with {audience} in mind.",
    "Take it along for {scene}.",
    "For {scene}, keep it close.",
    "If you're one of {audience}, give it a look.",
    "Whether for you or as a gift, it suits {scene}.",
    "Next time it's {scene}, you'll be ready.",
    "It's an easy match for {audience}.",
    "So {scene} can feel a little lighter.",
    "When {pain} comes up, you'll know what to reach for.",
    "Picture {scene} with it by your side.",
)

PRICES: Final = (
    "All for {price}.",
    "Today it's {price}.",
    "Yours for {price}.",
    "The price? {price}.",
    "You pay {price}.",
    "It's {price}, plain and simple.",
    "And the price is {price}.",
    "You can have it for {price}.",
    "Take one home for {price}.",
    "No guessing: it's {price}.",
    "Price on the tag: {price}.",
    "It comes to {price}.",
)

CALLS: Final = (
    "Tap the link to get yours.",
    "Tap below to see more.",
    "Check the link for details.",
    "Have a question? Ask in the comments.",
    "The link is right below.",
    "Save this video for later.",
    "See the page for what's in stock.",
    "Follow us for what comes next.",
    "Add it to your cart and think it over.",
    "Take a closer look through the link.",
    "Message us, and we'll help you choose.",
    "Go and have a look: the link is below.",
)
