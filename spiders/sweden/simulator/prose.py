"""Words of fictional papers."""

MATTERS = (
    "fyrarna längs kusten", "hamnarnas djup", "båkar i skärgården", "lotsarnas utbildning",
    "segelledernas utmärkning", "sjökort för fritidsbåtar", "vrakens skydd", "isbrytning i viken",
    "fyrvaktarnas bostäder", "dimsignaler", "sjöräddningens stationer", "bryggor för allmänheten",
    "muddring i farleder", "fartygens ballastvatten", "kustens fågelskär", "tidvatten och strömmar",
)  # fmt: skip
DEMANDS = (
    "att åtgärder ska vidtas för {}",
    "en översyn av reglerna om {}",
    "att regeringen ska återkomma med förslag om {}",
    "ökade anslag till {}",
    "en nationell kartläggning av {}",
)
FIRST_NAMES = ("Alva", "Bo", "Cilla", "Dag", "Eva", "Frej", "Gun", "Hugo", "Inga", "Jon", "Kaj")
SURNAMES = ("Ekblad", "Sandö", "Torpare", "Grund", "Holme", "Skärvik", "Fyrman", "Båk", "Lotsberg")
PARTIES = ("HAV", "FYR", "SKÄR", "BÅK")
COMMITTEE = "KlU"
REASONS = (
    "Sjöfarten har i alla tider varit viktig för landet. De senaste åren har villkoren för {} "
    "försämrats, och kommunerna längs kusten saknar medel. Se även {}.",
    "Det är länge sedan frågan om {} prövades. Myndigheterna gör olika, och medborgarna vet inte "
    "vad som gäller. Riksdagen har tidigare behandlat frågan i {}.",
)
