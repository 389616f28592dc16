"""Signing in and out."""



def test_the_page_of_signing_in_opens(browser):
    page = browser.get("accounts.sign_in")
    assert page.h1 == "Đăng nhập"
