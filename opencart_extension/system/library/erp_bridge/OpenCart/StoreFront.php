<?php

namespace ErpBridge\OpenCart;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The storefront of one store in one language, for work that was begun in another: mails about an order
 * take logo, sender and texts from where the order was made.
 */
final class StoreFront
{
    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    /**
     * Go over to a store and a language for the rest of this request, as if it had begun there.
     *
     * @param string $language code of a language; unknown ones and '' give the store's own
     */
    public function enter(int $storeId, string $language): void
    {
        $isThere = (int)$this->shop->config('config_store_id') === $storeId;
        $request = $this->shop->service('request');

        if ($isThere && ($language === '' || $language === $this->language())) {
            return;
        }

        $request->get['store_id'] = $storeId;

        if ($this->shop->platform()->isFour()) {
            if ($language !== '') {
                $request->get['language'] = $language;
            }

            $this->shop->start('startup/setting');
            $this->shop->start('startup/language');

            return;
        }

        $session = $this->shop->service('session');

        if ($session !== null) {
            $session->data['language'] = $language;
        }

        $this->shop->start('startup/startup');
    }

    /**
     * Return the language of this request.
     */
    private function language(): string
    {
        if ($this->shop->platform()->isFour()) {
            return (string)$this->shop->config('config_language');
        }

        $session = $this->shop->service('session');

        return $session !== null && isset($session->data['language']) ? (string)$session->data['language'] : '';
    }
}
