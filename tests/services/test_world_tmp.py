import time
def test_x(prepared):
    print(len(prepared.people))
