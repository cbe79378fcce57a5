<?php

namespace ErpBridge\Outbox;

use ErpBridge\Platform;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Which model methods of OpenCart mean that a record changed, and where its id is found.
 *
 * An id comes from the method's result (``out``), its first argument (``arg``), the customer whom an
 * address belongs to (``owner``: the first argument from 4.1 on, the logged-in customer before), or
 * is the newest product (``newest``: 3.x tells nobody the id of a copy).
 *
 * The events of an order name the order whatever its status; an order without one is no order yet,
 * which the outbox asks the database.
 */
final class ModelEvents
{
    /** model => [kind, application, methods => [action, id, moment]] */
    const MODELS = [
        'catalog/product' => ['product', 'admin', [
            'addProduct' => ['save', 'out', 'after'],
            'editProduct' => ['save', 'arg', 'after'],
            'copyProduct' => ['save', 'newest', 'after'],
            'deleteProduct' => ['delete', 'arg', 'after'],
        ]],
        'catalog/category' => ['category', 'admin', [
            'addCategory' => ['save', 'out', 'after'],
            'editCategory' => ['save', 'arg', 'after'],
            'deleteCategory' => ['delete', 'arg', 'after'],
        ]],
        'catalog/manufacturer' => ['manufacturer', 'admin', [
            'addManufacturer' => ['save', 'out', 'after'],
            'editManufacturer' => ['save', 'arg', 'after'],
            'deleteManufacturer' => ['delete', 'arg', 'after'],
        ]],
        'catalog/option' => ['option', 'admin', [
            'addOption' => ['save', 'out', 'after'],
            'editOption' => ['save', 'arg', 'after'],
            'deleteOption' => ['delete', 'arg', 'after'],
        ]],
        'catalog/attribute' => ['attribute', 'admin', [
            'addAttribute' => ['save', 'out', 'after'],
            'editAttribute' => ['save', 'arg', 'after'],
            'deleteAttribute' => ['delete', 'arg', 'after'],
        ]],
        'catalog/attribute_group' => ['attribute_group', 'admin', [
            'addAttributeGroup' => ['save', 'out', 'after'],
            'editAttributeGroup' => ['save', 'arg', 'after'],
            'deleteAttributeGroup' => ['delete', 'arg', 'after'],
        ]],
        'customer/customer' => ['customer', 'admin', [
            'addCustomer' => ['save', 'out', 'after'],
            'editCustomer' => ['save', 'arg', 'after'],
            'deleteCustomer' => ['delete', 'arg', 'after'],
            'addAddress' => ['save', 'arg', 'after'],
            'editAddress' => ['save', 'arg', 'after'],
            'deleteAddresses' => ['save', 'arg', 'after'],
        ]],
        'customer/customer_approval' => ['customer', 'admin', [
            'approveCustomer' => ['save', 'arg', 'after'],
        ]],
        'sale/order' => ['order', 'admin', [
            'deleteOrder' => ['delete', 'arg', 'before'],
        ]],
        'account/customer' => ['customer', 'catalog', [
            'addCustomer' => ['save', 'out', 'after'],
            'editCustomer' => ['save', 'arg', 'after'],
            'editAddressId' => ['save', 'arg', 'after'],
            'deleteCustomer' => ['delete', 'arg', 'after'],
        ]],
        'account/address' => ['customer', 'catalog', [
            'addAddress' => ['save', 'arg', 'after'],
            'editAddress' => ['save', 'owner', 'after'],
            'deleteAddress' => ['save', 'owner', 'after'],
            'deleteAddresses' => ['save', 'owner', 'after'],
        ]],
        'checkout/order' => ['order', 'catalog', [
            'addOrderHistory' => ['status', 'arg', 'after'],
            'addHistory' => ['status', 'arg', 'after'],
            'editOrder' => ['save', 'arg', 'after'],
            'editTransactionId' => ['save', 'arg', 'after'],
            'deleteOrder' => ['delete', 'arg', 'before'],
        ]],
    ];

    /** Methods that only some versions have: [the first version with it, the first one without it again]. */
    const VERSIONS = [
        // 4.x copies by addProduct, whose event carries the new id
        'catalog/product copyProduct' => ['', '4.0.0.0'],
        'customer/customer addAddress' => ['4.1.0.0', ''],
        'customer/customer editAddress' => ['4.1.0.0', ''],
        'customer/customer deleteAddresses' => ['4.1.0.0', ''],
        'sale/order deleteOrder' => ['4.1.0.0', ''],
        'account/customer editAddressId' => ['', '4.0.0.0'],
        'account/customer deleteCustomer' => ['4.0.2.0', ''],
        'account/address deleteAddress' => ['', '4.1.0.4'],
        'account/address deleteAddresses' => ['4.1.0.4', ''],
        'checkout/order addOrderHistory' => ['', '4.0.0.0'],
        'checkout/order addHistory' => ['4.0.0.0', ''],
        'checkout/order editTransactionId' => ['4.0.0.0', ''],
    ];

    /**
     * Return the triggers to subscribe on a platform.
     *
     * @return string[]
     */
    public static function triggers(Platform $platform): array
    {
        $triggers = [];

        foreach (self::MODELS as $model => $entry) {
            foreach ($entry[2] as $method => $rule) {
                if (!self::exists($platform, $model, $method)) {
                    continue;
                }

                $triggers[] = $entry[1] . '/model/' . $model . $platform->modelSeparator() . $method . '/' . $rule[2];
            }
        }

        return $triggers;
    }

    /**
     * Return what a call of a model method means.
     *
     * @param string            $route    e.g. ``catalog/product/editProduct`` or ``catalog/product.editProduct``
     * @param array<int, mixed> $args     the method's arguments
     * @param mixed             $output   the method's result
     * @param int               $customer id of the logged-in customer, 0 for none
     *
     * @return array{kind: string, action: string, id: int|null, before: bool}|null null when the call is
     *         none of ours; an id of null stands for the newest product; ``before``: it is not done yet
     */
    public static function read(string $route, array $args, $output, int $customer): ?array
    {
        if (!preg_match('~^(.+)[/.|]([A-Za-z0-9_]+)$~', $route, $parts)) {
            return null;
        }

        if (!isset(self::MODELS[$parts[1]][2][$parts[2]])) {
            return null;
        }

        $rule = self::MODELS[$parts[1]][2][$parts[2]];
        $first = isset($args[0]) && is_scalar($args[0]) ? (int)$args[0] : 0;
        $ids = [
            'out' => is_scalar($output) ? (int)$output : 0,
            'arg' => $first,
            'owner' => $route === $parts[1] . '.' . $parts[2] ? $first : $customer,
            'newest' => null,
        ];
        $id = $ids[$rule[1]];

        if ($id !== null && $id < 1) {
            return null;
        }

        return [
            'kind' => self::MODELS[$parts[1]][0],
            'action' => $rule[0],
            'id' => $id,
            'before' => $rule[2] === 'before',
        ];
    }

    private static function exists(Platform $platform, string $model, string $method): bool
    {
        $name = $model . ' ' . $method;

        if (!isset(self::VERSIONS[$name])) {
            return true;
        }

        list($from, $until) = self::VERSIONS[$name];

        return ($from === '' || version_compare($platform->version(), $from, '>='))
            && ($until === '' || version_compare($platform->version(), $until, '<'));
    }
}
