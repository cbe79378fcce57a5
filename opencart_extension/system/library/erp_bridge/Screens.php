<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's screens: their names, what each mapping screen shows, and which list page of
 * OpenCart gets a Synchronize button. A new kind of record is one more line here.
 */
final class Screens
{
    /** In the order of the menu. */
    const NAMES = [
        'jobs', 'connections', 'categories', 'attributes', 'products', 'manufacturers', 'taxes', 'settings',
    ];

    /**
     * Mapping screens. ``tabs``: entity of the agent => whether ticked rows can be synchronized on
     * their own. ``job``: the entity of a job started here, empty where records are only linked.
     * ``form``: OpenCart's controller and id parameter of the record's own page.
     */
    const MAPPINGS = [
        'categories' => [
            'job' => 'categories',
            'tabs' => ['categories' => true],
            'form' => ['categories' => ['catalog/category', 'category_id']],
        ],
        'attributes' => [
            'job' => 'attributes',
            'tabs' => ['attributes' => true, 'attribute-values' => false],
            'form' => [],
        ],
        'products' => [
            'job' => 'products',
            'tabs' => ['products' => true, 'variants' => false],
            'form' => ['products' => ['catalog/product', 'product_id']],
        ],
        'manufacturers' => [
            'job' => 'manufacturers',
            'tabs' => ['manufacturers' => true],
            'form' => ['manufacturers' => ['catalog/manufacturer', 'manufacturer_id']],
        ],
        'taxes' => [
            'job' => '',
            'tabs' => ['taxes' => false],
            'form' => ['taxes' => ['localisation/tax_class', 'tax_class_id']],
        ],
    ];

    /** OpenCart's controller of a list page => the screen whose records its rows are. */
    const LIST_BUTTONS = [
        'catalog/product' => 'products',
        'catalog/category' => 'categories',
    ];

    public static function isMapping(string $screen): bool
    {
        return isset(self::MAPPINGS[$screen]);
    }
}
