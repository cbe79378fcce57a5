<?php

namespace ErpBridge\OpenCart;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What OpenCart cached of records that somebody changed in the database. The names of its entries begin
 * with the kind and go on with language, store, customer group or a hash, so one deletion by the kind
 * takes all of them, as after a save in the admin. (Redis and Memcached know no deletion by the beginning
 * of a name: there OpenCart's own saves leave the old entries until they expire, and so does this.)
 */
final class Caches
{
    const KINDS = ['product', 'category', 'manufacturer', 'attribute'];

    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    /**
     * Make OpenCart forget what it cached of some kinds of records.
     *
     * @param array<string, mixed> $asked ``kinds``: some of KINDS
     *
     * @return array{dropped: int} how many kinds were dropped
     *
     * @throws ApiRefusal for kinds that there are not
     */
    public function drop(array $asked): array
    {
        $kinds = isset($asked['kinds']) && is_array($asked['kinds']) ? $asked['kinds'] : [];
        $kinds = array_values(array_unique(array_filter($kinds, 'is_string')));

        if (!$kinds || array_diff($kinds, self::KINDS)) {
            throw new ApiRefusal(
                422,
                'shop.request_wrong',
                'The call names no kinds of cached records that the shop knows',
                'Bring the extension and the agent to the same version.'
            );
        }

        $cache = $this->shop->service('cache');

        foreach ($cache === null ? [] : $kinds as $kind) {
            $cache->delete($kind);
        }

        return ['dropped' => $cache === null ? 0 : count($kinds)];
    }
}
