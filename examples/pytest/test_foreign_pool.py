from dtao_properties import judge


def test_quotes_as_the_chain_does(adapter, vector):
    judge(adapter, vector)
